package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A starter is a plug-in without pages.
type starter func(ctx context.Context, tool *app.Tool) error

func (s starter) StartTool(ctx context.Context, tool *app.Tool) error { return s(ctx, tool) }

// A second is like a starter, with another type.
type second struct{ starter }

// plain returns a program with pages and these plug-ins.
func plain(plugins ...any) app.App {
	return app.App{Name: "Plain", Plugins: append([]any{app.Plain{}}, plugins...)}
}

// startTool starts a program, and returns it with the Tool of a plug-in.
func startTool(t testing.TB) (*apptest.Program, *app.Tool) {
	t.Helper()
	var tool *app.Tool
	p := apptest.Start(t, plain(starter(func(_ context.Context, given *app.Tool) error { tool = given; return nil })))
	return p, tool
}

// lineNumber matches a line number in a message.
var lineNumber = regexp.MustCompile(`\.go:\d+`)

// wantError fails the test unless the text of err contains want. Line numbers in the text
// are replaced by N.
func wantError(t testing.TB, what any, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(lineNumber.ReplaceAllString(err.Error(), ".go:N"), want) {
		t.Errorf("%v: got %v, want %s", what, err, want)
	}
}

func TestStartTool(t *testing.T) {
	var order []string
	note := func(what string) { order = append(order, what) }
	plugin := func(name string, err error) starter {
		return func(ctx context.Context, tool *app.Tool) error {
			note("start " + name)
			if ctx.Err() != nil {
				t.Errorf("%s: %v", name, ctx.Err())
			}
			if err := tool.OnFlush(func(context.Context) error {
				note("flush " + name)
				if ctx.Err() == nil {
					t.Errorf("%s: OnFlush is called before the context is canceled", name)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
			return err
		}
	}
	t.Run("order", func(t *testing.T) {
		order = nil
		p := apptest.Start(t, app.App{Name: "Plain", Plugins: []any{plugin("a", nil), app.Plain{}, plugin("b", nil)}})
		note("serve")
		p.Stop()
		if want := []string{"start a", "start b", "serve", "flush b", "flush a"}; !slices.Equal(order, want) {
			t.Errorf("%q", order)
		}
	})
	t.Run("second fails", func(t *testing.T) {
		order = nil
		full := errors.New("the disk is full")
		err := apptest.StartError(t, plain(plugin("a", nil), second{plugin("b", full)}, plugin("c", nil)))
		wantError(t, "second", err, "plug-in app_test.second: StartTool: the disk is full")
		if want := []string{"start a", "start b", "flush b", "flush a"}; !errors.Is(err, full) || !slices.Equal(order, want) {
			t.Errorf("%q", order)
		}
	})
	for want, plugin := range map[string]any{
		"StartTool: panicked at tool_test.go:N: oh": starter(func(context.Context, *app.Tool) error { panic("oh") }),
		"StartTool: panicked at tool_test.go:N: runtime error: index out of range": starter(func(context.Context, *app.Tool) error {
			none := strings.Fields("")
			return errors.New(none[0])
		}),
		"StartTool: called runtime.Goexit": starter(func(context.Context, *app.Tool) error { runtime.Goexit(); return nil }),
		"app_test.half":                    half{}, // its methlet would be ignored
		"cannot register nil":              nil,
		"want StartTool(ctx context.Context, tool *app.Tool) error": wrongForm{},
		"has a pointer receiver; put &app_test.byPointer{} into":    byPointer{},
	} {
		wantError(t, want, apptest.StartError(t, plain(plugin)), want)
	}
	apptest.Start(t, plain(&once{}))
}

// The error of a program that does not start says only what is wrong.
func TestStart_server(t *testing.T) {
	a := plain()
	a.MaxBody = -1
	err := apptest.StartError(t, a)
	wantError(t, "MaxBody", err, "MaxBody of the Server must not be negative")
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error says more: %v", err)
	}
}

// once has a method whose name begins with On, and is not a methlet.
type once struct{}

func (*once) StartTool(ctx context.Context, tool *app.Tool) error { return nil }
func (*once) Once()                                               {}

// half has a methlet with a pointer receiver.
type half struct{}

func (half) StartTool(ctx context.Context, tool *app.Tool) error { return nil }
func (*half) OnSpam(w *dibbler.Response, r *http.Request) error  { return nil }

type wrongForm struct{ app.Plain }

func (wrongForm) StartTool(tool *app.Tool) error { return nil }

type byPointer struct{ app.Plain }

func (*byPointer) StartTool(ctx context.Context, tool *app.Tool) error { return nil }

func TestTool(t *testing.T) {
	t.Run("URL", func(t *testing.T) {
		p, tool := startTool(t)
		for _, page := range []string{"/", "/expense/3?edit=1"} {
			if got := tool.URL(page); got != p.URL(page) {
				t.Errorf("URL of %s is %s, want %s", page, got, p.URL(page))
			}
		}
	})
	t.Run("Open", func(t *testing.T) {
		p, tool := startTool(t)
		for _, page := range []string{"", "x", "//evil.test/", `/\evil.test`, "http://evil.test/", "/\t/evil.test", "javascript:alert(1)"} {
			wantError(t, page, tool.Open(page), "not a page of the program")
		}
		err := tool.Open("/expense/3")
		if got := p.Opened(); err != nil || !slices.Equal(got, []string{"/", "/expense/3"}) {
			t.Errorf("opened %q, %v", got, err)
		}
	})
	t.Run("Stop", func(t *testing.T) {
		p, tool := startTool(t)
		tool.Stop()
		p.WaitFor("the end", p.Ended)
	})
	t.Run("too late", func(t *testing.T) {
		p, tool := startTool(t)
		late := "too late; call it in StartTool"
		wantError(t, "Handle", tool.Handle("GET /late", http.NotFoundHandler()), late)
		wantError(t, "Landing", tool.Landing("/late"), late)
		p.Stop()
		for what, err := range map[string]error{
			"Open":         tool.Open("/"),
			"Add":          tool.Add(&dibbler.Task{Name: "late", Run: func(context.Context) error { return nil }}),
			"AddUnguarded": tool.AddUnguarded(&dibbler.Task{Name: "late", Run: func(context.Context) error { return nil }}),
			"OnFlush":      tool.OnFlush(func(context.Context) error { return nil }),
		} {
			wantError(t, what, err, "")
		}
		tool.Refresh()
		tool.Stop()
	})
}

// A menu item with a page of another site does nothing.
func TestTray_page(t *testing.T) {
	p, tool := startTool(t)
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{{Label: "In", Page: "/in?a=b#c"}, {Label: "Out", Page: "//evil.test/"}, {Label: "Script", Page: "javascript:alert(1)"}}}
	})
	if got := p.Menu(); !slices.Equal(got[2:5], []string{"In", "(Out)", "(Script)"}) {
		t.Errorf("%q", got)
	}
	p.Choose("In")
	if got := p.Opened(); got[1] != "/in?a=b#c" {
		t.Errorf("opened %q", got)
	}
}

// echo returns a listener that sends each line back.
func echo() *dibbler.Listener {
	return &dibbler.Listener{Addr: "127.0.0.1:0", ServeConn: func(ctx context.Context, conn net.Conn) {
		in := bufio.NewScanner(conn)
		for in.Scan() {
			fmt.Fprintln(conn, in.Text())
		}
	}}
}

// echoed returns the answer of a listener to a line.
func echoed(t *testing.T, l *dibbler.Listener) string {
	t.Helper()
	conn, err := net.Dial("tcp", l.NetAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintln(conn, "spam")
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil && line != "" {
		t.Error(err)
	}
	return line
}

func TestAdd(t *testing.T) {
	p, tool := startTool(t)
	t.Run("listener", func(t *testing.T) {
		l := echo()
		if err := tool.Add(l); err != nil {
			t.Fatal(err)
		}
		if got := echoed(t, l); got != "spam\n" {
			t.Errorf("%q", got)
		}
	})
	t.Run("own filter", func(t *testing.T) {
		l := echo()
		l.Filter = refuser{}
		if err := tool.Add(l); err != nil {
			t.Fatal(err)
		}
		if got := echoed(t, l); got != "" {
			t.Errorf("%q", got)
		}
	})
	t.Run("server", func(t *testing.T) {
		s := &dibbler.Server{Addr: "127.0.0.1:0"}
		if err := errors.Join(s.Register(app.Plain{}), tool.Add(s)); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			host, origin string
			want         int
		}{
			{"", "", http.StatusOK},
			{"", strings.TrimSuffix(s.URL(), "/"), http.StatusOK},
			{"", strings.TrimSuffix(p.URL("/"), "/"), http.StatusForbidden}, // the program's other port
			{"", "http://evil.test", http.StatusForbidden},
			{"evil.test", "", http.StatusMisdirectedRequest},
		} {
			r, err := http.NewRequest(http.MethodGet, s.URL(), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = c.host
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
			if got := p.Do(r).Status; got != c.want {
				t.Errorf("%+v: %d", c, got)
			}
		}
	})
	t.Run("not a loopback address", func(t *testing.T) {
		l, named := echo(), echo()
		l.Addr, named.Addr = ":0", "localhost:0"
		for _, s := range []dibbler.Service{l, &dibbler.Server{Addr: "0.0.0.0:0"}, &dibbler.Server{Addr: "[::]:0"}, &dibbler.Server{Addr: "192.0.2.1:80"}} {
			wantError(t, s, tool.Add(s), "other computers can reach the address")
		}
		wantError(t, "localhost", tool.Add(named), "has a host name, which can mean any computer")
		for _, s := range []dibbler.Service{(*dibbler.Listener)(nil), (*dibbler.Server)(nil), nil} {
			wantError(t, s, tool.Add(s), "cannot add")
		}
	})
}

// If one service is refused, the others are not changed.
func TestAdd_refused(t *testing.T) {
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, l, open := &dibbler.Server{Listeners: []net.Listener{at}}, echo(), echo()
	open.Addr = ":0"
	wantError(t, ":0", apptest.Tool(t).Add(s, l, open), "other computers can reach")
	if s.Wrap != nil || l.Filter != nil {
		t.Error("a service that was not added has the checks")
	}
	if _, err := at.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is open: %v", err)
	}
}

// A refuser accepts no connection.
type refuser struct{}

func (refuser) OnIncomingConnection(net.Conn) bool { return false }
