package web

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/saved"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Section is a part of the settings page: the fields of a plug-in's value. Make one
// with [NewSection].
type Section struct {
	name   string
	title  string
	fields []settingsField
	texts  func() []string // of the fields, as saved

	// methlet returns the methlet that takes the section's form, and shows the page by
	// calling show.
	methlet func(show showSection) any
}

// showSection shows the settings page after the form of a section was sent.
type showSection func(w *dibbler.Response, status int, s shownSection, saved, problem string) error

// NewSection returns the section of the value in store. name is that of its file. check
// may be nil; it adds to errs what is wrong with a value that is to be saved.
func NewSection[T any](name, title string, store *saved.Store[T], check func(v T, errs *dibbler.FormErrors)) (*Section, error) {
	fields, err := settingsFields(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	s := &Section{name: name, title: title, fields: fields}
	s.texts = func() []string { return textsOf(fields, store.Get()) }
	s.methlet = func(show showSection) any {
		return func(w *dibbler.Response, r *http.Request, in dibbler.Input[T]) error {
			now, err := save(s, store, r.URL.Query().Get(versionKey), in, check)
			if err == nil {
				slog.Info("settings", "section", name)
				return show(w, http.StatusOK, s.shown(), title+": saved.", "")
			}
			status, problem := refusalOf(in, err)
			return show(w, status, s.show(now, func(i int) (text, problem string) {
				return typedText(s.fields[i], now[i], in, err)
			}), "", title+": "+problem)
		}
	}
	return s, nil
}

// refusalOf returns the status and the text for a form that was not saved because of err.
func refusalOf[T any](in dibbler.Input[T], err error) (status int, problem string) {
	switch {
	case err == errChanged:
		return http.StatusConflict, "nothing was saved, because it was changed in another window meanwhile. Save again to replace what is saved."
	case err == errInvalid && in.Error("") != "":
		return http.StatusUnprocessableEntity, "nothing was saved. " + in.Error("")
	case err == errInvalid:
		return http.StatusUnprocessableEntity, "nothing was saved. Please correct:"
	}
	return http.StatusInternalServerError, "not saved: " + err.Error()
}

// typedText returns what was typed in f, and what is wrong with it. now is the text that
// is saved.
func typedText[T any](f settingsField, now string, in dibbler.Input[T], err error) (text, problem string) {
	text, problem = now, in.Error(f.name)
	if f.isSent(in.TypedAll(f.name)) {
		text = in.Typed(f.name)
	}
	if err == errChanged && problem == "" && text != now {
		problem = "Saved is “" + now + "”."
		if f.kind == "checkbox" {
			problem = "The saved one is " + cmp.Or(now, "off") + "."
		}
	}
	return text, problem
}

var (
	errChanged = errors.New("changed meanwhile")
	errInvalid = errors.New("not valid")
)

// versionKey is the key in the query of a section's form that tells what its page
// showed. A field's name has no dot.
const versionKey = "app.version"

// save saves what is in a section's form, unless something is wrong with it, which is
// then in its errors, or what is saved is not what version says. It returns the texts
// of what was saved before.
func save[T any](s *Section, store *saved.Store[T], version string, in dibbler.Input[T], check func(T, *dibbler.FormErrors)) (now []string, err error) {
	_, errs := in.Value()
	err = store.Update(func(v *T) error {
		now = textsOf(s.fields, *v)
		for i, f := range s.fields {
			if f.isSent(in.TypedAll(f.name)) {
				take(v, f, in, now[i])
			}
		}
		if check != nil {
			check(*v, errs)
		}
		switch {
		case version != "" && version != versionOf(now):
			return errChanged
		case errs.Any():
			return errInvalid
		}
		return nil
	})
	return now, err
}

// take puts what was sent for f into v, whose text now is, or adds an error. What the
// page does not show of a value, such as the time of day, stays.
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

// lineEnds makes those of Go of those that browsers send.
var lineEnds = strings.NewReplacer("\r\n", "\n")

// isSent reports whether a form has a value for f. Browsers send nothing for a box
// that is left empty.
func (f settingsField) isSent(typed []string) bool { return f.kind == "checkbox" || len(typed) > 0 }

func textsOf(fields []settingsField, v any) []string {
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = textOf(reflect.ValueOf(v).FieldByIndex(f.index))
	}
	return texts
}

// versionOf returns a short text that is another one if texts are others.
func versionOf(texts []string) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q", texts)
	return strconv.FormatUint(h.Sum64(), 36)
}

// A shownSection is what the page shows of a section.
type shownSection struct {
	Name, Title, Version string
	Rows                 []shownField
}

// A shownField is what the page shows of a field.
type shownField struct {
	ID, Name, Kind, Step string
	Label, Help, Problem string
	Text                 string
	Choices              []string
	Required, Focus      bool
}

// shown returns the section as it is saved.
func (s *Section) shown() shownSection {
	texts := s.texts()
	return s.show(texts, func(i int) (text, problem string) { return texts[i], "" })
}

// show returns the section with the texts and problems of its fields. now are the texts
// that are saved.
func (s *Section) show(now []string, of func(i int) (text, problem string)) shownSection {
	shown := shownSection{Name: s.name, Title: s.title, Version: versionOf(now)}
	focus := true
	for i, f := range s.fields {
		row := shownField{ID: s.name + "." + f.name, Name: f.name, Kind: f.kind, Step: f.step, Label: f.label, Help: f.help, Required: f.required}
		row.Text, row.Problem = of(i)
		if f.kind == "text" && strings.Contains(row.Text, "\n") {
			row.Kind = "textarea" // an input element would drop the line ends
		}
		row.Focus = focus && row.Problem != ""
		focus = focus && row.Problem == ""
		row.Choices = f.choices
		if f.choices != nil && !slices.Contains(f.choices, row.Text) {
			row.Choices = append([]string{row.Text}, f.choices...)
		}
		shown.Rows = append(shown.Rows, row)
	}
	return shown
}
