package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A starter is a plug-in without pages that is handed the program.
type starter func(ctx context.Context, tool *Tool) error

func (s starter) StartTool(ctx context.Context, tool *Tool) error { return s(ctx, tool) }

// A second starter is of another type.
type second struct{ starter }

func TestStartTool(t *testing.T) {
	var order []string
	note := func(what string) { order = append(order, what) }
	plugin := func(name string, err error) starter {
		return func(ctx context.Context, tool *Tool) error {
			note("start " + name)
			if ctx.Err() != nil {
				t.Errorf("%s: %v", name, ctx.Err())
			}
			if err := tool.OnFlush(func(context.Context) error {
				note("flush " + name)
				if ctx.Err() == nil {
					t.Errorf("%s is flushed and its context not canceled", name)
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
		_, err := selfTested(t, func(string) error { note("serve"); return nil }, plugin("a", nil), plain{}, plugin("b", nil))
		if want := []string{"start a", "start b", "serve", "flush b", "flush a"}; err != nil || !slices.Equal(order, want) {
			t.Errorf("%q, %v", order, err)
		}
	})
	t.Run("second fails", func(t *testing.T) {
		order = nil
		full := errors.New("the disk is full")
		serve := func(string) error { note("serve"); return nil }
		_, err := selfTested(t, serve, plain{}, plugin("a", nil), second{plugin("b", full)}, plugin("c", nil))
		if !errors.Is(err, full) || !strings.Contains(err.Error(), "plug-in app.second: StartTool: the disk is full") {
			t.Error(err)
		}
		if want := []string{"start a", "start b", "flush b", "flush a"}; !slices.Equal(order, want) {
			t.Errorf("%q", order)
		}
	})
	for want, f := range map[string]starter{
		"panicked: oh":          func(context.Context, *Tool) error { panic("oh") },
		"called runtime.Goexit": func(context.Context, *Tool) error { runtime.Goexit(); return nil },
	} {
		t.Run(want, func(t *testing.T) {
			if _, err := selfTested(t, func(string) error { return nil }, plain{}, f); err == nil || !strings.Contains(err.Error(), "StartTool: "+want) {
				t.Error(err)
			}
		})
	}
	// Both are found, whatever else they have.
	t.Run("pages beside", func(t *testing.T) {
		if _, err := selfTested(t, func(string) error { return nil }, &once{}, plain{}); err != nil {
			t.Error(err)
		}
		if _, err := selfTested(t, func(string) error { return nil }, half{}, plain{}); err == nil || !strings.Contains(err.Error(), "app.half") {
			t.Errorf("a methlet of the pointer is lost: %v", err)
		}
	})
	t.Run("wrong form", func(t *testing.T) {
		for want, plugin := range map[string]any{
			"want StartTool(ctx context.Context, tool *app.Tool) error": wrongForm{},
			"has a pointer receiver; put &app.byPointer{} into":         byPointer{},
		} {
			if _, err := selfTested(t, func(string) error { return nil }, plugin); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%T: %v", plugin, err)
			}
		}
	})
}

// once has a method whose name begins as those of methlets do.
type once struct{}

func (*once) StartTool(ctx context.Context, tool *Tool) error { return nil }
func (*once) Once()                                           {}

// half has its methlet with a pointer receiver, and is no pointer.
type half struct{}

func (half) StartTool(ctx context.Context, tool *Tool) error    { return nil }
func (*half) OnSpam(w *dibbler.Response, r *http.Request) error { return nil }

type wrongForm struct{ plain }

func (wrongForm) StartTool(tool *Tool) error { return nil }

type byPointer struct{ plain }

func (*byPointer) StartTool(ctx context.Context, tool *Tool) error { return nil }

// withTool calls f with the Tool of a program that serves.
func withTool(t *testing.T, f func(tool *Tool, url string) error, plugins ...any) (said string) {
	t.Helper()
	var tool *Tool
	get := starter(func(_ context.Context, given *Tool) error { tool = given; return nil })
	said, err := selfTested(t, func(url string) error { return f(tool, url) }, append([]any{plain{}, get}, plugins...)...)
	if err != nil {
		t.Error(err)
	}
	return said
}

func TestTool(t *testing.T) {
	t.Run("URL", func(t *testing.T) {
		withTool(t, func(tool *Tool, url string) error {
			if got := tool.URL("/"); got != url {
				t.Errorf("/: %s, want %s", got, url)
			}
			if got := tool.URL("/expense/3?edit=1"); got != url+"expense/3?edit=1" {
				t.Error(got)
			}
			return nil
		})
	})
	t.Run("Open", func(t *testing.T) {
		withTool(t, func(tool *Tool, url string) error {
			opened := make(chan string, 10)
			tool.desk = desk.New(desk.Config{URL: url, Life: tool.life, NoIcon: true, Browser: func(url string, _ func(error)) { opened <- url }})
			for _, page := range []string{"", "x", "//evil.test/", `/\evil.test`, "http://evil.test/", "/\t/evil.test", "javascript:alert(1)"} {
				if err := tool.Open(page); err == nil || !strings.Contains(err.Error(), "no page of the program") {
					t.Errorf("%q: %v", page, err)
				}
			}
			if err := tool.Open("/expense/3"); err != nil {
				return err
			}
			if got := <-opened; got != url+"expense/3" || len(opened) > 0 {
				t.Errorf("opened %s", got)
			}
			return nil
		})
	})
	t.Run("Stop", func(t *testing.T) {
		withTool(t, func(tool *Tool, url string) error {
			tool.Stop()
			<-tool.life.Stopping()
			return nil
		})
	})
	t.Run("too late", func(t *testing.T) {
		var late *Tool
		withTool(t, func(tool *Tool, url string) error {
			late = tool
			for what, err := range map[string]error{
				"Handle":  tool.Handle("GET /late", http.NotFoundHandler()),
				"Landing": tool.Landing("/late"),
			} {
				if err == nil || !strings.Contains(err.Error(), "it comes too late; call it in StartTool") {
					t.Errorf("%s: %v", what, err)
				}
			}
			return nil
		})
		for what, err := range map[string]error{
			"Open":         late.Open("/"),
			"Add":          late.Add(&dibbler.Task{Name: "late", Run: func(context.Context) error { return nil }}),
			"AddUnguarded": late.AddUnguarded(&dibbler.Task{Name: "late", Run: func(context.Context) error { return nil }}),
			"OnFlush":      late.OnFlush(func(context.Context) error { return nil }),
		} {
			if err == nil {
				t.Errorf("%s after the end: no error", what)
			}
		}
		late.Refresh()
		late.Stop()
	})
}

// A line of the tray that leads elsewhere leads nowhere.
func TestTray_page(t *testing.T) {
	withTool(t, func(tool *Tool, url string) error {
		tool.Tray(func() TrayInfo {
			return TrayInfo{Items: []TrayItem{{Label: "In", Page: "/in?a=b#c"}, {Label: "Out", Page: "//evil.test/"}, {Label: "Script", Page: "javascript:alert(1)"}}}
		})
		tool.desk.Refresh()
		items := tool.desk.Items()
		if len(items) != 3 || items[0].Page != "/in?a=b#c" || items[1].Page != "" || items[2].Page != "" || items[1].Label != "Out" {
			t.Errorf("%+v", items)
		}
		return nil
	})
}

func TestDir(t *testing.T) {
	t.Run("self-test", func(t *testing.T) {
		var dir string
		withTool(t, func(tool *Tool, url string) error {
			dir = tool.Dir()
			return os.WriteFile(filepath.Join(dir, "x"), nil, 0o600)
		})
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", dir, err)
		}
	})
	t.Run("program", func(t *testing.T) {
		h := newHome(t)
		p := h.launch("keeps", "-no-browser", "-no-tray", "-port", "0")
		dir := get(t, p.url()+"dir")
		if want := filepath.Join(h.dir, "data", "keeps"); runtime.GOOS == "linux" && dir != want {
			t.Errorf("%s, want %s", dir, want)
		}
		stat, err := os.Stat(dir)
		if err != nil || !stat.IsDir() || runtime.GOOS != "windows" && stat.Mode().Perm() != 0o700 {
			t.Errorf("%v, %v", stat, err)
		}
	})
	t.Run("in the way", func(t *testing.T) {
		h := newHome(t)
		if err := os.WriteFile(filepath.Join(h.dir, "data"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "linux" {
			t.Skip("not where the folder is another one")
		}
		p := h.launch("keeps", "-no-browser", "-no-tray", "-port", "0")
		if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "the program's data folder: ") || !strings.Contains(p.stderr.String(), "remove what is in its way") {
			t.Errorf("status %d, %s", status, &p.stderr)
		}
	})
	t.Run("not asked for", func(t *testing.T) {
		h := newHome(t)
		p := h.launch("flushes", "-no-browser", "-no-tray", "-port", "0")
		endBy(t, p.url()+"end")
		p.exit()
		if _, err := os.Stat(filepath.Join(h.dir, "data")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a folder was made: %v", err)
		}
	})
	t.Run("without a home", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("on Windows the system knows the folders")
		}
		h := newHome(t)
		h.env = []string{"HOME=", "XDG_DATA_HOME=", "XDG_CONFIG_HOME=", "XDG_STATE_HOME=", "XDG_CACHE_HOME="}
		p := h.launch("keeps", "-no-browser", "-no-tray", "-port", "0")
		url := p.url()
		dir := get(t, url+"dir")
		if stat, err := os.Stat(dir); err != nil || !stat.IsDir() || !strings.HasPrefix(dir, h.dir) {
			t.Errorf("%s: %v", dir, err)
		}
		if page := get(t, url+"app.log"); !strings.Contains(page, "may be lost") {
			t.Errorf("the owner is not told: %s", page)
		}
	})
}

// A keeper says where the tool's files are.
type keeper struct {
	plain
	tool *Tool
}

func (k *keeper) StartTool(ctx context.Context, tool *Tool) error {
	k.tool = tool
	if k.tool.Dir() == "" {
		return errors.New("no folder")
	}
	return nil
}

func (k *keeper) OnDir(w *dibbler.Response, r *http.Request) error {
	_, err := fmt.Fprint(w, k.tool.Dir())
	return err
}

// An echo is a service of lines.
func echo() *dibbler.Listener {
	return &dibbler.Listener{Addr: "127.0.0.1:0", ServeConn: func(ctx context.Context, conn net.Conn) {
		in := bufio.NewScanner(conn)
		for in.Scan() {
			fmt.Fprintln(conn, in.Text())
		}
	}}
}

func TestAdd(t *testing.T) {
	t.Run("listener", func(t *testing.T) {
		withTool(t, func(tool *Tool, url string) error {
			l := echo()
			if err := tool.Add(l); err != nil {
				return err
			}
			conn, err := net.Dial("tcp", l.NetAddr().String())
			if err != nil {
				return err
			}
			defer conn.Close()
			fmt.Fprintln(conn, "spam")
			if line, err := bufio.NewReader(conn).ReadString('\n'); line != "spam\n" {
				t.Errorf("%q, %v", line, err)
			}
			return nil
		})
	})
	t.Run("own filter", func(t *testing.T) {
		withTool(t, func(tool *Tool, url string) error {
			l := echo()
			l.Filter = refuser{}
			if err := tool.Add(l); err != nil {
				return err
			}
			conn, err := net.Dial("tcp", l.NetAddr().String())
			if err != nil {
				return err
			}
			defer conn.Close()
			if text, err := io.ReadAll(conn); len(text) > 0 {
				t.Errorf("%q, %v", text, err)
			}
			return nil
		})
	})
	t.Run("server", func(t *testing.T) {
		withTool(t, func(tool *Tool, url string) error {
			s := &dibbler.Server{Addr: "127.0.0.1:0"}
			if err := s.Register(plain{}); err != nil {
				return err
			}
			if err := tool.Add(s); err != nil {
				return err
			}
			for _, c := range []struct {
				host, origin string
				want         int
			}{
				{"", "", http.StatusOK},
				{"", strings.TrimSuffix(s.URL(), "/"), http.StatusOK},
				{"", strings.TrimSuffix(url, "/"), http.StatusForbidden}, // the program's other port
				{"", "http://evil.test", http.StatusForbidden},
				{"evil.test", "", http.StatusMisdirectedRequest},
			} {
				if got, err := requested(http.MethodGet, s.URL(), c.host, c.origin); got != c.want {
					t.Errorf("%+v: %d, %v", c, got, err)
				}
			}
			return nil
		})
	})
	t.Run("address of other machines", func(t *testing.T) {
		withTool(t, func(tool *Tool, url string) error {
			l := echo()
			l.Addr = ":0"
			for _, s := range []dibbler.Service{l, &dibbler.Server{Addr: "0.0.0.0:0"}, &dibbler.Server{Addr: "[::]:0"}, &dibbler.Server{Addr: "192.0.2.1:80"}} {
				if err := tool.Add(s); err == nil || !strings.Contains(err.Error(), "other machines can reach the address") {
					t.Errorf("%+v: %v", s, err)
				}
			}
			named := echo()
			named.Addr = "localhost:0"
			if err := tool.Add(named); err == nil || !strings.Contains(err.Error(), "has a name, which can mean any machine") {
				t.Error(err)
			}
			for _, s := range []dibbler.Service{(*dibbler.Listener)(nil), (*dibbler.Server)(nil), nil} {
				if err := tool.Add(s); err == nil || !strings.Contains(err.Error(), "cannot add") {
					t.Errorf("%T: %v", s, err)
				}
			}
			return nil
		})
	})
}

// A service that is refused leaves the others as they were.
func TestAdd_refused(t *testing.T) {
	withTool(t, func(tool *Tool, url string) error {
		at, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s, l, open := &dibbler.Server{Listeners: []net.Listener{at}}, echo(), echo()
		open.Addr = ":0"
		if err := tool.Add(s, l, open); err == nil || !strings.Contains(err.Error(), "other machines can reach") {
			t.Error(err)
		}
		if s.Wrap != nil || l.Filter != nil {
			t.Error("what was not added is guarded")
		}
		if _, err := at.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("the listener is open: %v", err)
		}
		return nil
	})
}

// A refuser accepts no connection.
type refuser struct{}

func (refuser) OnIncomingConnection(net.Conn) bool { return false }
