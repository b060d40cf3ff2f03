package web

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/saved"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Section is a part of the settings page with the fields of a plug-in's value. Make one
// with [NewSection].
type Section struct {
	name   string
	title  string
	fields []settingsField
	texts  func() []string // the saved texts of the fields

	// methlet returns the methlet for the section's form. It shows the page by calling
	// show.
	methlet func(show showSection) any
}

// A showSection shows the settings page after the form of a section was sent.
type showSection func(w *dibbler.Response, status int, s shownSection, saved, problem string) error

// NewSection returns the section for the value in store. name is the name of its file.
// check adds errors of a new value to errs; it may be nil.
func NewSection[T any](name, title string, store *saved.Store[T], check func(v T, errs *dibbler.FormErrors)) (*Section, error) {
	fields, err := settingsFields(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	s := &Section{name: name, title: title, fields: fields}
	s.texts = func() []string { return textsOf(fields, store.Get()) }
	s.methlet = func(show showSection) any {
		return func(w *dibbler.Response, r *http.Request, in dibbler.Input[T]) error {
			texts, err := save(s, store, r.URL.Query().Get(versionKey), in, check)
			if err == nil {
				slog.Info("settings saved", "section", name)
				return show(w, http.StatusOK, s.shown(), title+": saved.", "")
			}
			status, problem := http.StatusInternalServerError, "not saved: "+err.Error()
			if err == errInvalid {
				status, problem = http.StatusUnprocessableEntity, "nothing was saved. "+cmp.Or(in.Error(""), "Please correct:")
			}
			version := versionOf(texts)
			for i, f := range fields {
				if f.isSent(in.TypedAll(f.name)) {
					texts[i] = in.Typed(f.name)
				}
			}
			return show(w, status, s.show(version, texts, in.Error), "", title+": "+problem)
		}
	}
	return s, nil
}

var errInvalid = errors.New("not valid")

// versionKey is the query key for the version of the values that the page of a form showed.
// Names of fields have no dots.
const versionKey = "app.version"

// save saves the values of a section's form, unless they have errors or the saved values
// are not those of version. It returns the texts of the values that were saved before.
func save[T any](s *Section, store *saved.Store[T], version string, in dibbler.Input[T], check func(T, *dibbler.FormErrors)) (now []string, err error) {
	_, errs := in.Value()
	err = store.Update(func(v *T) error {
		now = textsOf(s.fields, *v)
		if version != "" && version != versionOf(now) {
			addConflict(s.fields, in, now)
			return errInvalid
		}
		for i, f := range s.fields {
			if f.isSent(in.TypedAll(f.name)) {
				take(v, f, in, now[i])
			}
		}
		if check != nil {
			check(*v, errs)
		}
		if errs.Any() {
			return errInvalid
		}
		return nil
	})
	return now, err
}

// addConflict adds errors to a form because the saved values, whose texts are now, have
// changed since its page was shown.
func addConflict[T any](fields []settingsField, in dibbler.Input[T], now []string) {
	_, errs := in.Value()
	errs.Add("", "These settings were changed in the meantime. Save again to replace the saved values.")
	for i, f := range fields {
		if !f.isSent(in.TypedAll(f.name)) || lineEnds.Replace(in.Typed(f.name)) == now[i] {
			continue
		}
		saved := now[i]
		if f.kind == "checkbox" {
			saved = cmp.Or(saved, "off")
		}
		errs.Add(f.name, "The saved value is “"+saved+"”.")
	}
}

// take sets the field f of v to the value in the form, or adds an error. now is the text
// of the saved value. Parts of a value that the page does not show, such as the time of
// day, do not change.
func take[T any](v *T, f settingsField, in dibbler.Input[T], now string) {
	sent, errs := in.Value()
	text := lineEnds.Replace(in.Typed(f.name))
	switch {
	case f.required && strings.TrimSpace(text) == "":
		errs.Add(f.name, "Fill this in.")
	case f.choices != nil && !slices.Contains(f.choices, text):
		errs.Add(f.name, "Choose one of "+strings.Join(f.choices, ", ")+".")
	}
	if in.Error(f.name) != "" || text == now {
		return
	}
	field := reflect.ValueOf(v).Elem().FieldByIndex(f.index)
	field.Set(reflect.ValueOf(sent).FieldByIndex(f.index))
	if field.Kind() == reflect.String {
		field.SetString(lineEnds.Replace(field.String()))
	}
}

// lineEnds converts the line ends that browsers send.
var lineEnds = strings.NewReplacer("\r\n", "\n")

// isSent reports whether a form has a value for f. Browsers send nothing for an unchecked
// box.
func (f settingsField) isSent(typed []string) bool { return f.kind == "checkbox" || len(typed) > 0 }

func textsOf(fields []settingsField, v any) []string {
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = textOf(reflect.ValueOf(v).FieldByIndex(f.index))
	}
	return texts
}

// versionOf returns a short text that differs between versions of texts.
func versionOf(texts []string) string {
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(fmt.Appendf(nil, "%q", texts)))
}

// A shownSection is a section for the template.
type shownSection struct {
	Name, Title, Version string
	Rows                 []shownField
}

// A shownField is a field for the template.
type shownField struct {
	ID, Name, Kind, Step string
	Label, Help, Problem string
	Text                 string
	Choices              []string
	Required, Focus      bool
}

// shown returns the section with the saved values.
func (s *Section) shown() shownSection {
	texts := s.texts()
	return s.show(versionOf(texts), texts, func(string) string { return "" })
}

// show returns the section with the texts of its fields. version is that of the saved
// values. problem returns the problem of a field, or "".
func (s *Section) show(version string, texts []string, problem func(name string) string) shownSection {
	shown := shownSection{Name: s.name, Title: s.title, Version: version}
	focus := true
	for i, f := range s.fields {
		row := shownField{ID: s.name + "." + f.name, Name: f.name, Kind: f.kind, Step: f.step, Label: f.label, Help: f.help, Required: f.required, Choices: f.choices}
		row.Text, row.Problem = texts[i], problem(f.name)
		if f.kind == "text" && strings.Contains(row.Text, "\n") {
			row.Kind = "textarea" // an input element would remove the line ends
		}
		row.Focus = focus && row.Problem != ""
		focus = focus && row.Problem == ""
		if f.choices != nil && !slices.Contains(f.choices, row.Text) {
			row.Choices = append([]string{row.Text}, f.choices...)
		}
		shown.Rows = append(shown.Rows, row)
	}
	return shown
}
