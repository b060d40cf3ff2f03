package dibbler

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// bindMethlet returns fn, a function with one of the three signatures of methlets, as a
// function with the signature of a Methlet. wildcards are the names of the pattern's
// wildcards, whose values are set in the form. The error continues a sentence whose
// subject is fn.
func bindMethlet(fn reflect.Value, lock pluginLock, wildcards []string) (func(*Response, *http.Request) error, error) {
	if serve, ok := funcOf[func(http.ResponseWriter, *http.Request)](fn); ok {
		return lock.wrap(func(w *Response, r *http.Request) error { serve(w, r); return nil }), nil
	}
	if serve, ok := funcOf[func(*Response, *http.Request) error](fn); ok {
		return lock.wrap(serve), nil
	}
	typ := fn.Type()
	if want, why := suggest(typ); want != "" {
		return nil, fmt.Errorf("is %v; want %s (%s)", typ, want, why)
	}
	bind, err := bindForm(typ.In(2), wildcards)
	if err != nil {
		return nil, fmt.Errorf("is %v; its form cannot be filled in: %w", typ, err)
	}
	return func(w *Response, r *http.Request) error {
		arg, err := bind(w, r)
		if err != nil {
			return err
		}
		// The lock is taken after the form was read, so that slow clients do not block
		// others.
		if err := lock.lock(r); err != nil {
			return err
		}
		defer lock.unlock()
		out := fn.Call([]reflect.Value{reflect.ValueOf(w), reflect.ValueOf(r), arg})
		err, _ = out[0].Interface().(error)
		return err
	}, nil
}

// funcOf returns fn as an F if it has the signature of F.
func funcOf[F any](fn reflect.Value) (f F, ok bool) {
	if typ := reflect.TypeFor[F](); fn.CanConvert(typ) {
		return fn.Convert(typ).Interface().(F), true
	}
	return f, false
}

// bindForm returns a function that returns the form of a request as a typ, which is the
// type of the last parameter of a FormMethlet.
func bindForm(typ reflect.Type, wildcards []string) (func(*Response, *http.Request) (reflect.Value, error), error) {
	input, isInput := reflect.Zero(typ).Interface().(inputType)
	if isInput {
		if embedsInput(typ) {
			return nil, fmt.Errorf("%v embeds a dibbler.Input; want the Input itself", typ)
		}
		if typ = input.formType(); !isForm(typ) {
			return nil, fmt.Errorf("%v is not a form; want a struct or url.Values", typ)
		}
	}
	b, err := form.NewBinder(typ)
	if err != nil {
		return nil, err
	}
	return func(w *Response, r *http.Request) (reflect.Value, error) {
		values, err := form.Parse(r)
		if err != nil {
			return reflect.Value{}, err
		}
		for _, name := range wildcards {
			values.Set(name, r.PathValue(name))
		}
		v, err := b.Bind(values)
		bad, ok := errors.AsType[form.FieldErrors](err)
		if ok {
			if slices.ContainsFunc(wildcards, bad.Has) {
				// The mistake is in the address, not in a form. The error is logged.
				return v, notFound(r, errors.New(bad.LogValue().String()))
			}
			if isInput {
				err = nil
			}
		}
		if err != nil || !isInput {
			return v, err
		}
		state := newInputState(r, b, values, wildcards, bad)
		w.errs = &state.errs
		return input.with(v, state), nil
	}, nil
}

// embedsInput reports whether the methods that make typ look like an Input are promoted.
func embedsInput(typ reflect.Type) bool {
	for f := range typ.Fields() {
		if f.Anonymous && f.Type.Implements(reflect.TypeFor[inputType]()) {
			return true
		}
	}
	return false
}

// suggest returns the signature that a function of type typ should have, and why. It
// returns "" if typ is the type of a FormMethlet.
func suggest(typ reflect.Type) (want, why string) {
	withForm := func(f string) string { return "func(*dibbler.Response, *http.Request, " + f + ") error" }
	returnsError := typ.NumOut() == 1 && typ.Out(0) == errorType
	n := typ.NumIn()
	if typ.IsVariadic() || n < 2 || n > 3 || typ.In(1) != requestType || typ.In(0) != responseType && typ.In(0) != responseWriterType {
		return methletForms, "these are the signatures of methlets"
	}
	if n == 2 {
		if returnsError {
			return "func(*dibbler.Response, *http.Request) error", "a page that returns an error takes *dibbler.Response"
		}
		return "func(*dibbler.Response, *http.Request) error", "a page that takes *dibbler.Response returns an error and nothing else"
	}
	f := typ.In(2)
	switch {
	case f.Kind() == reflect.Pointer && isForm(f.Elem()):
		return withForm(f.Elem().String()), "the form is passed by value"
	case !isForm(f):
		return withForm("F"), "F is a struct, url.Values or dibbler.Input of one"
	case typ.In(0) != responseType:
		return withForm(f.String()), "a page with a form takes *dibbler.Response"
	case !returnsError:
		return withForm(f.String()), "a page with a form returns an error and nothing else"
	}
	return "", ""
}

// isForm reports whether t is a struct or can be converted to url.Values.
func isForm(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.ConvertibleTo(valuesType)
}
