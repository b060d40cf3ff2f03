package dibbler

import (
	"fmt"
	"html/template"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// Input is a form F with the submitted texts and the errors. A methlet that takes an
// Input[F] in place of F is also called if values are bad, and can show the form again
// with the submitted texts in its fields and the errors beside them:
//
//	func (p *Planner) OnPlan(w *dibbler.Response, r *http.Request, in dibbler.Input[planForm]) error {
//		form, errs := in.Value()
//		if form.Times < 1 || form.Times > 10 {
//			errs.Add("times", "Choose 1 to 10.")
//		}
//		if !in.Sent() || errs.Any() {
//			return w.Render(pages, "plan.html", in)
//		}
//		…
//
// In the template, a field is written as
//
//	<label for="times">Times</label>
//	<input id="times" name="times" value="{{.Typed "times"}}"{{.ErrorAttrs "times"}}>{{.ErrorNote "times"}}
//
// A form counts as sent if the method is neither GET nor HEAD, or if a field of F has a
// value in the query. The values of a pattern's wildcards do not count. F must therefore
// not have a field for a query that only selects a view, such as /?month=2026-10. If the
// form was not sent, no errors are shown, so that an empty form is not full of them. If a
// sent form has errors and the methlet sets no status, the status is 422 (RFC 9110, section
// 15.5.21), so that scripts and tests notice.
//
// The methods take the names of fields as the package documentation describes them:
// times, address.city, item.0.name. They panic if F has no such field. If the form cannot
// be read at all, for example because it is too large, the client gets an error page and
// the methlet is not called.
//
// The zero Input is an empty form. An Input must not be used after its methlet has
// returned, and is not safe for concurrent use.
type Input[F any] struct {
	value F
	state *inputState
}

// Value returns the form and its errors. A field with an error has its default or is
// zero. Use the form only if errs.Any() is false.
func (in Input[F]) Value() (form F, errs *FormErrors) {
	if in.state == nil {
		return in.value, new(FormErrors)
	}
	return in.value, &in.state.errs
}

// Sent reports whether the form was sent, as described above.
func (in Input[F]) Sent() bool { return in.state != nil && !in.state.errs.unsent }

// Typed returns the text to show in a field: the submitted text, or else the text that
// Prefill has set, or else the default. If the field has several texts, it returns the
// first. For a file it returns "", because browsers do not accept a preset file.
func (in Input[F]) Typed(field string) string {
	if all := in.TypedAll(field); len(all) > 0 {
		return all[0]
	}
	return ""
}

// TypedAll is like Typed, and returns all texts of a field.
func (in Input[F]) TypedAll(field string) []string { return in.state.texts(field) }

// Has reports whether TypedAll(field) contains value. Use it for the selected attribute of
// options and the checked attribute of checkboxes.
func (in Input[F]) Has(field, value string) bool {
	return slices.Contains(in.state.texts(field), value)
}

// Prefill sets the texts that Typed and TypedAll return for a field if the form was not
// sent, such as the current values of an item to edit. Pass several values for a slice,
// and no value for an unchecked box.
func (in Input[F]) Prefill(field string, values ...string) {
	if in.state != nil {
		in.state.prefilled[in.state.path(field)] = values
	}
}

// Error returns the error of a field, or of the whole form if field is "". It returns ""
// if there is no error or the form was not sent.
func (in Input[F]) Error(field string) string {
	if in.state == nil {
		return ""
	}
	return in.state.shown(in.state.path(field))
}

// ErrorAttrs returns HTML attributes for the element of a field. If the field has an
// error, they are aria-invalid, aria-describedby with the id of ErrorNote, and autofocus
// for the first such field. notes are the ids of other elements that describe the field;
// they are in aria-describedby even if there is no error.
func (in Input[F]) ErrorAttrs(field string, notes ...string) template.HTMLAttr {
	var attrs string
	if in.Error(field) != "" {
		attrs = ` aria-invalid="true"`
		notes = append([]string{errorID(in.state.path(field))}, notes...)
		if !in.state.focused {
			in.state.focused = true
			attrs += " autofocus"
		}
	}
	if len(notes) > 0 {
		attrs += ` aria-describedby="` + template.HTMLEscapeString(strings.Join(notes, " ")) + `"`
	}
	return template.HTMLAttr(attrs)
}

// ErrorNote returns the error of a field as an element <small class="error">, whose id is
// the name of the field followed by Error, such as timesError. If field is "", it returns
// the error of the whole form as <p role="alert">. It returns "" if there is no error.
func (in Input[F]) ErrorNote(field string) template.HTML {
	text := template.HTMLEscapeString(in.Error(field))
	switch {
	case text == "":
		return ""
	case field == "":
		return template.HTML(`<p role="alert">` + text + "</p>")
	}
	id := template.HTMLEscapeString(errorID(in.state.path(field)))
	return template.HTML(`<small class="error" id="` + id + `">` + text + "</small>")
}

func errorID(path string) string { return path + "Error" }

// An inputType is an Input[F] for any F.
type inputType interface {
	formType() reflect.Type
	with(value reflect.Value, state *inputState) reflect.Value
}

func (Input[F]) formType() reflect.Type { return reflect.TypeFor[F]() }

func (Input[F]) with(value reflect.Value, state *inputState) reflect.Value {
	return reflect.ValueOf(Input[F]{value.Interface().(F), state})
}

// An inputState is the part of an Input that does not depend on F. The keys of its maps
// are paths of fields.
type inputState struct {
	binder    *form.Binder
	typed     map[string][]string
	prefilled map[string][]string
	errs      FormErrors
	focused   bool // ErrorAttrs has returned autofocus
}

// newInputState returns the state of r's form with the errors bad. The values of wildcards
// are from the path and do not count as sent.
func newInputState(r *http.Request, b *form.Binder, values form.Values, wildcards []string, bad form.FieldErrors) *inputState {
	s := &inputState{binder: b, typed: b.Texts(values), prefilled: map[string][]string{}}
	s.errs.path = s.path
	s.errs.unsent = (r.Method == http.MethodGet || r.Method == http.MethodHead) && len(s.typed) <= len(wildcards) &&
		!hasOther(s.typed, wildcards)
	for _, e := range bad {
		if path, _, ok := b.Field(e.Name); ok {
			s.errs.add(path, e.Problem)
		} else {
			s.errs.add("", e.Error())
		}
	}
	return s
}

// hasOther reports whether typed has a field that is not one of wildcards.
func hasOther(typed map[string][]string, wildcards []string) bool {
	for path := range typed {
		if !slices.ContainsFunc(wildcards, func(name string) bool { return strings.EqualFold(name, path) }) {
			return true
		}
	}
	return false
}

// path returns the path of a field, or "" for the whole form. It panics if there is no such
// field.
func (s *inputState) path(field string) string {
	if field == "" {
		return ""
	}
	path, _, ok := s.binder.Field(field)
	if !ok {
		panic(fmt.Sprintf("dibbler: the form has no field %q; it has %s", field, strings.Join(s.binder.Names(), ", ")))
	}
	return path
}

// texts implements TypedAll.
func (s *inputState) texts(field string) []string {
	if s == nil {
		return nil
	}
	path, defaults, _ := s.binder.Field(field)
	if path == "" {
		s.path(field)
	}
	if typed, ok := s.typed[path]; ok {
		return typed
	}
	if prefilled, ok := s.prefilled[path]; ok && s.errs.unsent {
		return prefilled
	}
	return defaults
}

// shown returns the error of the field at path, or "" if the form was not sent.
func (s *inputState) shown(path string) string {
	if s.errs.unsent {
		return ""
	}
	return s.errs.byPath[path]
}
