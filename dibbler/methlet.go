package dibbler

import (
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// Methlet is the second form that a methlet can have. Assign a method to it to
// have the compiler check its signature:
//
//	var _ dibbler.Methlet = Diary{}.OnToday
//
// The first form is [http.HandlerFunc], the third is [FormMethlet].
type Methlet func(w *Response, r *http.Request) error

// FormMethlet is the third form that a methlet can have: its last parameter is
// filled in from the request's form. F is a struct, [url.Values] or a type like
// it.
//
//	var _ dibbler.FormMethlet[nameForm] = Greeter{}.OnHome
type FormMethlet[F any] func(w *Response, r *http.Request, form F) error

// ConnFilter is implemented by a plug-in, or given to a [Listener], that wants
// a say in who may connect.
type ConnFilter interface {
	// OnIncomingConnection is called with each new connection before anything
	// has been read from it or written to it. If it returns false or panics, the
	// connection is closed, no further filter is asked, and nothing is served.
	// It is called from a goroutine of its own for each connection, so a slow
	// filter holds up nobody else. It must not read, write or close conn.
	OnIncomingConnection(conn net.Conn) bool
}

// OneAtATime is embedded in a plug-in whose methlets must not run at the same
// time, as they never did in the original Dibbler. A request waits for its turn
// when its form has been read; one whose client goes away meanwhile is not
// served. The turns are those of one server: register such a plug-in once.
//
// Other methods take no turns. What a [TrayPlugin] or a [TrayTooltip] shares with
// its methlets needs a lock all the same, and so does what an item's Do shares.
//
//	type Counter struct {
//		dibbler.OneAtATime
//		n int
//	}
type OneAtATime struct{}

func (OneAtATime) oneAtATime() {}

// The names of the methods that start with On and are hooks, not pages.
const (
	connFilterName = "OnIncomingConnection"
	unknownName    = "OnUnknown"
)

var (
	responseType       = reflect.TypeFor[*Response]()
	responseWriterType = reflect.TypeFor[http.ResponseWriter]()
	requestType        = reflect.TypeFor[*http.Request]()
	errorType          = reflect.TypeFor[error]()
	valuesType         = reflect.TypeFor[url.Values]()
)

// A methlet serves one page of a plug-in.
type methlet struct {
	plugin reflect.Type
	method string
	serve  func(w *Response, r *http.Request) error
}

// A plugin is what Register found in one value.
type plugin struct {
	methlets []*methlet
	filter   ConnFilter
}

// inspect finds the methlets and hooks of v. Its error names everything that is
// wrong with them.
func inspect(v any) (*plugin, error) {
	val := reflect.ValueOf(v)
	if !val.IsValid() {
		return nil, errors.New("cannot register nil: pass a plug-in value, such as &Calendar{}")
	}
	typ := val.Type()
	if val.Kind() == reflect.Pointer && val.IsNil() {
		return nil, fmt.Errorf("cannot register a nil %v: pass a plug-in value, such as &%s{}", typ, typ.Elem().Name())
	}
	p := new(plugin)
	p.filter, _ = v.(ConnFilter)
	turn := newTurn(v)
	var mistakes []string
	for m := range typ.Methods() {
		if !isMethletName(m.Name) || m.Name == connFilterName && p.filter != nil {
			continue
		}
		method := val.Method(m.Index)
		serve, err := bindMethlet(m.Name, method, turn)
		if err != nil {
			mistakes = append(mistakes, err.Error())
			continue
		}
		p.methlets = append(p.methlets, &methlet{typ, m.Name, serve})
	}
	if val.Kind() != reflect.Pointer {
		for m := range reflect.PointerTo(typ).Methods() {
			if _, ok := typ.MethodByName(m.Name); isMethletName(m.Name) && !ok {
				mistakes = append(mistakes, fmt.Sprintf("method %s has a pointer receiver; register a pointer, &%s{}", m.Name, typ.Name()))
			}
		}
	}
	if len(mistakes) == 0 && len(p.methlets) == 0 && p.filter == nil {
		mistakes = append(mistakes, "it has no methlets; want exported methods such as OnHome, "+methletForms)
	}
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("cannot register %v:\n\t%s", typ, strings.Join(mistakes, "\n\t"))
	}
	return p, nil
}

// methletForms lists the closed set of forms for error messages.
const methletForms = "func(http.ResponseWriter, *http.Request), " +
	"func(*dibbler.Response, *http.Request) error or " +
	"func(*dibbler.Response, *http.Request, F) error where F is a struct or url.Values"

// bindMethlet makes one kind of function of the three forms of methlet.
func bindMethlet(name string, method reflect.Value, t turn) (func(*Response, *http.Request) error, error) {
	switch f := method.Interface().(type) {
	case func(http.ResponseWriter, *http.Request):
		if name != connFilterName {
			return t.guard(func(w *Response, r *http.Request) error { f(w, r); return nil }), nil
		}
	case func(*Response, *http.Request) error:
		if name != connFilterName {
			return t.guard(f), nil
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
		arg, err := parseForm(b, r)
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

// parseForm returns the form of r as b's type.
func parseForm(b *form.Binder, r *http.Request) (reflect.Value, error) {
	values, err := form.Parse(r)
	if err != nil {
		return reflect.Value{}, err
	}
	var files map[string][]*multipart.FileHeader
	if r.MultipartForm != nil {
		files = r.MultipartForm.File
	}
	return b.Bind(values, files)
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

// A turn lets one methlet of a plug-in run at a time. The nil turn lets all.
type turn chan struct{}

func newTurn(plugin any) turn {
	if _, ok := plugin.(interface{ oneAtATime() }); !ok {
		return nil
	}
	return make(turn, 1)
}

// take waits for the turn of r. A nil error is followed by pass.
func (t turn) take(r *http.Request) error {
	if t == nil {
		return nil
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-r.Context().Done():
		return fmt.Errorf("waiting for another page to finish: %w", context.Cause(r.Context()))
	}
}

// pass lets the next one have its turn.
func (t turn) pass() {
	if t != nil {
		<-t
	}
}

// guard makes serve wait for its turn.
func (t turn) guard(serve func(*Response, *http.Request) error) func(*Response, *http.Request) error {
	if t == nil {
		return serve
	}
	return func(w *Response, r *http.Request) error {
		if err := t.take(r); err != nil {
			return err
		}
		defer t.pass()
		return serve(w, r)
	}
}
