package dibbler

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Each type has one mistake that Register reports.
type (
	noMethlets       struct{}
	wrongParameters  struct{}
	noError          struct{}
	errorOfForm1     struct{}
	formByPointer    struct{}
	formOfWriter     struct{}
	formNoError      struct{}
	formIsString     struct{}
	twoResults       struct{}
	hookAsPage       struct{}
	pointerReceiver  struct{}
	badFormField     struct{}
	severalMistakes  struct{}
	onlyNotQuiteName struct{}
	number           struct{}
	underscore       struct{}
	noCase           struct{}
	noPath           struct{}
	ordinary         struct{}
)

type someForm struct {
	Name string `schema:"name"`
}

func (noMethlets) Home()                                                       {}
func (wrongParameters) OnX(string)                                             {}
func (noError) OnX(w *Response, r *http.Request)                               {}
func (errorOfForm1) OnX(w http.ResponseWriter, r *http.Request) error          { return nil }
func (formByPointer) OnX(w *Response, r *http.Request, f *someForm) error      { return nil }
func (formOfWriter) OnX(w http.ResponseWriter, r *http.Request, f someForm)    {}
func (formNoError) OnX(w *Response, r *http.Request, f someForm)               {}
func (formIsString) OnX(w *Response, r *http.Request, f string) error          { return nil }
func (twoResults) OnX(w *Response, r *http.Request) (int, error)               { return 0, nil }
func (hookAsPage) OnIncomingConnection(w http.ResponseWriter, r *http.Request) {}
func (*pointerReceiver) OnX(w *Response, r *http.Request) error                { return nil }
func (badFormField) OnX(w *Response, r *http.Request, f struct{ C chan int }) error {
	return nil
}
func (severalMistakes) OnA(int)                                   {}
func (severalMistakes) OnB(w *Response, r *http.Request)          {}
func (severalMistakes) OnGood(http.ResponseWriter, *http.Request) {}
func (number) On404(w *Response, r *http.Request) error           { return nil }
func (underscore) On_x(w *Response, r *http.Request) error        { return nil }
func (noCase) On雨(w *Response, r *http.Request) error             { return nil }
func (noPath) OnİZMIR(w *Response, r *http.Request) error         { return nil }
func (ordinary) OnHome(w *Response, r *http.Request) error        { return nil }
func (ordinary) On()                                              {}
func (ordinary) Online()                                          {}
func (onlyNotQuiteName) Once(http.ResponseWriter, *http.Request)  {}

func TestRegister_mistakes(t *testing.T) {
	for _, test := range []struct {
		plugin any
		want   []string
	}{
		{nil, []string{"cannot register nil", "&Calendar{}"}},
		{(*pointerReceiver)(nil), []string{"nil *dibbler.pointerReceiver", "&pointerReceiver{}"}},
		{noMethlets{}, []string{"dibbler.noMethlets", "no methlets", "OnHome", methletForms}},
		{onlyNotQuiteName{}, []string{"no methlets"}},
		{wrongParameters{}, []string{"method OnX is func(string)", "want " + methletForms}},
		{noError{}, []string{"OnX is func(*dibbler.Response, *http.Request)", "want func(*dibbler.Response, *http.Request) error", "returns an error"}},
		{errorOfForm1{}, []string{"want func(*dibbler.Response, *http.Request) error", "takes *dibbler.Response"}},
		{formByPointer{}, []string{"want func(*dibbler.Response, *http.Request, dibbler.someForm) error", "by value"}},
		{formOfWriter{}, []string{"want func(*dibbler.Response, *http.Request, dibbler.someForm) error", "takes *dibbler.Response"}},
		{formNoError{}, []string{"want func(*dibbler.Response, *http.Request, dibbler.someForm) error", "returns an error"}},
		{formIsString{}, []string{"F is a struct, url.Values or dibbler.Input of one"}},
		{twoResults{}, []string{"returns an error and nothing else"}},
		{hookAsPage{}, []string{"OnIncomingConnection", "want func(net.Conn) bool", "hook"}},
		{pointerReceiver{}, []string{"OnX has a pointer receiver", "&pointerReceiver{}"}},
		{badFormField{}, []string{"OnX", "field C", "chan int"}},
		{number{}, []string{"method On404: want an upper-case letter after On"}},
		{underscore{}, []string{"method On_x: want an upper-case letter after On"}},
		{noCase{}, []string{"method On雨: want an upper-case letter after On"}},
		{noPath{}, []string{"method OnİZMIR: it has no path: /i.z.m.i.r is served by OnIZMIR"}},
		{&named{}, []string{"field Turns is a dibbler.OneAtATime; embed it"}},
		{severalMistakes{}, []string{"OnA", "OnB"}},
	} {
		var s Server
		err := s.Register(test.plugin)
		if err == nil {
			t.Errorf("%T: no error", test.plugin)
			continue
		}
		wantText(t, err.Error(), test.want...)
	}
	register(t, ordinary{})
}

func TestRegister_allOrNothing(t *testing.T) {
	var s Server
	err := s.Register(noError{}, &pages1{}, noMethlets{})
	if err == nil {
		t.Fatal("no error")
	}
	wantText(t, err.Error(), "noError", "noMethlets")
	if rec := ask(&s, "GET", "/first"); rec.Code != 404 {
		t.Errorf("a page is served although Register has failed: %d", rec.Code)
	}
}

type pages1 struct{}

func (*pages1) OnFirst(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "first of 1") }
func (*pages1) OnBoth(w http.ResponseWriter, r *http.Request)  { fmt.Fprint(w, "both of 1") }

type pages2 struct{}

func (pages2) OnSecond(w *Response, r *http.Request) error { fmt.Fprint(w, "second of 2"); return nil }
func (pages2) OnBoth(w *Response, r *http.Request) error   { fmt.Fprint(w, "both of 2"); return nil }

func TestRegister_firstServes(t *testing.T) {
	var logs logBuffer
	s := &Server{Logger: logs.logger()}
	if err := s.Register(&pages1{}, pages2{}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/first": "first of 1", "/second": "second of 2", "/both": "both of 1"} {
		for range 3 {
			if rec := ask(s, "GET", path); rec.Body.String() != want {
				t.Errorf("%s: %q, want %q", path, rec.Body, want)
			}
		}
	}
	if n := strings.Count(logs.String(), "page is hidden"); n != 1 {
		t.Errorf("the hidden page was logged %d times, want once:\n%s", n, &logs)
	}
	wantText(t, logs.String(), "/both", "pages2", "pages1")
}

// overriding inherits the pages of pages1, like plug-ins of the original Dibbler, and
// overrides one of them.
type overriding struct{ *pages1 }

func (overriding) OnBoth(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "overridden") }

func TestRegister_embedding(t *testing.T) {
	s := register(t, overriding{&pages1{}})
	for path, want := range map[string]string{"/first": "first of 1", "/both": "overridden"} {
		if rec := ask(s, "GET", path); rec.Body.String() != want {
			t.Errorf("%s: %q, want %q", path, rec.Body, want)
		}
	}
}

func TestRegister_hooks(t *testing.T) {
	s := register(t, &admits{}, &pages1{})
	for _, path := range []string{"/incoming.connection", "/unknown", "/onHome", "/first/", "//first", "/a/first", "/On"} {
		if rec := ask(s, "GET", path); rec.Code != 404 {
			t.Errorf("%s: status %d, want 404", path, rec.Code)
		}
	}
}

type admits struct{}

func (*admits) OnIncomingConnection(net.Conn) bool { return true }

type unknownPage struct{}

func (unknownPage) OnUnknown(w *Response, r *http.Request, params url.Values) error {
	w.WriteHeader(404)
	fmt.Fprintf(w, "no %s, with %s", r.URL.Path, params.Get("x"))
	return nil
}

func TestOnUnknown(t *testing.T) {
	s := register(t, unknownPage{}, &pages1{})
	for _, path := range []string{"/nothing", "/unknown"} {
		rec := ask(s, "GET", path+"?x=1")
		if want := "no " + path + ", with 1"; rec.Code != 404 || rec.Body.String() != want {
			t.Errorf("%s: %d %q, want 404 %q", path, rec.Code, rec.Body, want)
		}
	}
	if rec := ask(s, "GET", "/first"); rec.Code != 200 {
		t.Errorf("/first: %d", rec.Code)
	}
}

// muxPage serves pages of an http.ServeMux and a file.
type muxPage struct{ http.ServeMux }

func (p *muxPage) OnUnknown(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/nothing" {
		p.ServeMux.ServeHTTP(w, r)
	}
}

func TestOnUnknown_serveMux(t *testing.T) {
	p := new(muxPage)
	p.HandleFunc("/text", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "text") })
	p.HandleFunc("/empty", func(w http.ResponseWriter, r *http.Request) { w.Write(nil) })
	p.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	p.HandleFunc("/moved/", func(w http.ResponseWriter, r *http.Request) {})
	p.HandleFunc("POST /post", func(w http.ResponseWriter, r *http.Request) {})
	s := register(t, p)
	for path, want := range map[string]int{
		"/text": 200, "/empty": 200, "/status": 204, "/moved": 307, "/post": 405, "/other": 404, "/nothing": 404,
	} {
		if rec := ask(s, "GET", path); rec.Code != want {
			t.Errorf("%s: %d, want %d", path, rec.Code, want)
		}
	}
	wantText(t, ask(s, "GET", "/nothing").Body.String(), "/nothing is not a page of this program.")
}

// The compiler checks the signatures.
var (
	_ http.HandlerFunc        = (&pages1{}).OnFirst
	_ Methlet                 = pages2{}.OnSecond
	_ FormMethlet[url.Values] = unknownPage{}.OnUnknown
)
