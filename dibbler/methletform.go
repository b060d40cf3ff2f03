package dibbler

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// bindMethlet makes one kind of function of the three forms of methlet. v is the
// plug-in, and m its method.
func bindMethlet(v reflect.Value, m reflect.Method, t turn) (func(*Response, *http.Request) error, error) {
	name, method := m.Name, v.Method(m.Index)
	if name != connFilterName {
		switch serve := method.Interface().(type) {
		case func(http.ResponseWriter, *http.Request):
			return t.guard(func(w *Response, r *http.Request) error { serve(w, r); return nil }), nil
		case func(*Response, *http.Request) error:
			return t.guard(serve), nil
		}
	}
	typ := method.Type()
	want, why := suggest(name, typ)
	if want != "" {
		return nil, fmt.Errorf("method %s is %v; want %s (%s)", name, typ, want, why)
	}
	b, err := form.NewBinder(typ.In(2))
	if err != nil {
		return nil, fmt.Errorf("method %s is %v; its form cannot be filled in: %w", name, typ, err)
	}
	return func(w *Response, r *http.Request) error {
		values, err := form.Parse(r)
		if err != nil {
			return err
		}
		arg, err := b.Bind(values)
		if err != nil {
			return err
		}
		// Only now: a client that is slow to send its form keeps nobody waiting.
		if err := t.take(r); err != nil {
			return err
		}
		defer t.pass()
		out := method.Call([]reflect.Value{reflect.ValueOf(w), reflect.ValueOf(r), arg})
		err, _ = out[0].Interface().(error)
		return err
	}, nil
}

// suggest says what a method of type typ should have looked like, and why. It
// returns the empty string if typ is a FormMethlet, the one form that has no
// single type.
func suggest(name string, typ reflect.Type) (want, why string) {
	if name == connFilterName {
		return "func(net.Conn) bool", "this name is the hook for new connections and cannot serve a page"
	}
	withForm := func(f string) string { return "func(*dibbler.Response, *http.Request, " + f + ") error" }
	returnsError := typ.NumOut() == 1 && typ.Out(0) == errorType
	n := typ.NumIn()
	if typ.IsVariadic() || n < 2 || n > 3 || typ.In(1) != requestType || typ.In(0) != responseType && typ.In(0) != responseWriterType {
		return methletForms, "those are the three forms that a page can have"
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
		return withForm("F"), "F is a struct or url.Values"
	case typ.In(0) != responseType:
		return withForm(f.String()), "a page with a form takes *dibbler.Response"
	case !returnsError:
		return withForm(f.String()), "a page with a form returns an error and nothing else"
	}
	return "", ""
}

// isForm reports whether a form can be bound to a parameter of type t.
func isForm(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.ConvertibleTo(valuesType)
}
