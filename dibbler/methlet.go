package dibbler

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// Methlet is the second of the three signatures of methlets. The first is that of
// [http.HandlerFunc], the third is [FormMethlet]. With an assignment, the compiler checks
// the signature of a method:
//
//	var _ dibbler.Methlet = Diary{}.OnToday
type Methlet func(w *Response, r *http.Request) error

// FormMethlet is the third of the three signatures of methlets. form is filled in from the
// request. F is a struct, [url.Values] or a type with the same underlying type, or an
// [Input] of one of these.
//
//	var _ dibbler.FormMethlet[nameForm] = Greeter{}.OnHome
type FormMethlet[F any] func(w *Response, r *http.Request, form F) error

// ConnFilter decides which connections are allowed. If plug-ins of a [Server] implement it,
// a connection needs the permission of each of them, in the order in which they were
// registered. [Listener.Filter] takes one for a [Listener].
type ConnFilter interface {
	// OnIncomingConnection is called for each new connection before anything is read from
	// it or written to it. If it returns false or panics, the connection is closed and no
	// further filter is called. It is called concurrently, on the goroutine of the
	// connection, so a slow filter does not delay other connections. It must not read,
	// write or close conn.
	OnIncomingConnection(conn net.Conn) bool
}

// The names of methods that do not serve the pages that the names stand for.
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

// A plugin is a registered value.
type plugin struct {
	methlets []*methlet
	filter   ConnFilter
}

// inspect returns the methlets and the filter of v. Its error lists all mistakes.
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
	lock := newPluginLock(typ)
	var mistakes []string
	if name := namedOneAtATime(typ); name != "" {
		mistakes = append(mistakes, fmt.Sprintf("field %s is a dibbler.OneAtATime; embed it, without a name", name))
	}
	for m := range typ.Methods() {
		if problem := misnamed(m.Name); problem != "" {
			mistakes = append(mistakes, fmt.Sprintf("method %s: %s", m.Name, problem))
			continue
		}
		switch {
		case !isMethletName(m.Name):
			continue
		case m.Name == connFilterName:
			if p.filter == nil {
				mistakes = append(mistakes, fmt.Sprintf("method %s is %v; want func(net.Conn) bool (a method with this name filters connections and cannot serve a page)", m.Name, val.Method(m.Index).Type()))
			}
			continue
		}
		serve, err := bindMethlet(val.Method(m.Index), lock, nil)
		if err != nil {
			mistakes = append(mistakes, fmt.Sprintf("method %s %v", m.Name, err))
			continue
		}
		p.methlets = append(p.methlets, &methlet{typ, m.Name, serve})
	}
	// Most types need no look at each method of the pointer, which would delay the start.
	if ptr := reflect.PointerTo(typ); ptr.NumMethod() > typ.NumMethod() {
		for m := range ptr.Methods() {
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

// methletForms lists the signatures of methlets for error messages.
const methletForms = "func(http.ResponseWriter, *http.Request), " +
	"func(*dibbler.Response, *http.Request) error or " +
	"func(*dibbler.Response, *http.Request, F) error where F is a struct, url.Values or dibbler.Input of one"
