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

// Input is the form F together with what was typed and what is wrong with it. A methlet
// that takes an Input[F] in place of F also runs when values are bad, so that the page
// can come back with what was typed in its fields and the errors beside them:
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
// In the template, a field takes a line:
//
//	<label for="times">Times</label>
//	<input id="times" name="times" value="{{.Typed "times"}}"{{.ErrorAttrs "times"}}>{{.ErrorNote "times"}}
//
// As long as the form was not sent, which is when the method is GET or HEAD and no field
// of F has a value in the query, no error is shown: the page is there to be filled in. So
// let F have no field for what only chooses what the page shows, such as /?month=2026-10.
// Path values do not count as sent.
// Once it was sent, an answer for which the methlet sets no status has status 422 if
// there are errors (RFC 9110, section 15.5.21), so that scripts and tests can tell.
//
// Fields are called as in F, in any case, with dots: item.0.name. The name of a field
// that F does not have is a mistake in the program, at which the methods panic. A form
// that cannot be read at all, because it is too large, say, is an error page still.
//
// The methods of the zero Input return what they return for an empty form. An Input
// belongs to its request, and is not for several goroutines at the same time.
type Input[F any] struct {
	value F
	state *inputState
}

// Value returns the form and what is wrong with it. A field with an error has its
// default or is empty. The form may be used only if errs has none.
func (in Input[F]) Value() (form F, errs *FormErrors) {
	if in.state == nil {
		return in.value, new(FormErrors)
	}
	return in.value, &in.state.errs
}

// Sent reports whether the form was sent, and is not to be shown for the first time.
func (in Input[F]) Sent() bool { return in.state != nil && !in.state.errs.unsent }

// Typed returns the text for a field of the page: what was typed, the first of several
// values, or else what Prefill has set, or else the default. For a file it is empty,
// since browsers have it chosen again.
func (in Input[F]) Typed(field string) string {
	if all := in.TypedAll(field); len(all) > 0 {
		return all[0]
	}
	return ""
}

// TypedAll is Typed for a field with several values.
func (in Input[F]) TypedAll(field string) []string { return in.state.texts(field) }

// Has reports whether value is among the field's values: whether an option of a select
// is selected, or a checkbox with this value is ticked.
func (in Input[F]) Has(field, value string) bool {
	return slices.Contains(in.state.texts(field), value)
}

// Prefill sets what Typed returns for a field as long as the form was not sent, such as
// the present values of what is to be edited. Several values are for a slice, and none
// is for a box without a tick.
func (in Input[F]) Prefill(field string, values ...string) {
	if in.state != nil {
		in.state.prefilled[in.state.path(field)] = values
	}
}

// Error returns what is wrong with a field, or with the form as a whole if field is
// empty. It is empty if nothing is.
func (in Input[F]) Error(field string) string {
	if in.state == nil {
		return ""
	}
	return in.state.shown(in.state.path(field))
}

// ErrorAttrs returns attributes for the element of a field. If the field has an error,
// they mark it as invalid, have ErrorNote describe it, and, for the first such field,
// put the cursor there (aria-invalid, aria-describedby, autofocus). notes are the ids of other elements that describe the field.
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

// ErrorNote returns what is wrong with a field as an element <small class="error"> whose
// id is the field's name and Error, such as timesError, and nothing if nothing is wrong. If
// field is empty, the element is <p role="alert">, for the form as a whole.
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

// An inputType is an Input of any form.
type inputType interface {
	formType() reflect.Type
	with(value reflect.Value, state *inputState) reflect.Value
}

func (Input[F]) formType() reflect.Type { return reflect.TypeFor[F]() }

func (Input[F]) with(value reflect.Value, state *inputState) reflect.Value {
	return reflect.ValueOf(Input[F]{value.Interface().(F), state})
}

// An inputState is an Input without its type. Its maps go by the paths of fields.
type inputState struct {
	binder    *form.Binder
	typed     map[string][]string
	prefilled map[string][]string
	errs      FormErrors
	focused   bool // a field has the cursor
}

// newInputState returns the state of r's form, with which bad is wrong. Values of
// wildcards were not sent by a form.
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

// path returns the path of a field, which is empty for the form as a whole.
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

// texts returns the texts for a field.
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

// shown returns the error of the field at path that the page shows.
func (s *inputState) shown(path string) string {
	if s.errs.unsent {
		return ""
	}
	return s.errs.byPath[path]
}
