package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
	"go.uber.org/goleak"
)

// peers are the functions of this test binary when it is started as a program of another
// user. It is nil on systems where that is not possible.
var peers map[string]func()

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && peers[os.Args[1]] != nil {
		peers[os.Args[1]]()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// plain is a plug-in with one page.
type plain struct{}

func (plain) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("home of plain")
	return err
}

// A site is a Site that is served in this process.
type site struct {
	Config
	port   int
	url    string
	life   *life.Life
	server *dibbler.Server
	broken atomic.Bool // whether the desktop cannot show notices
}

// notify is a notice.Show.
func (s *site) notify(_ notice.Notice, shown func(error)) {
	if s.broken.Load() {
		shown(errors.New("no service"))
		return
	}
	shown(nil)
}

// serve serves plugins until the test ends.
func serve(t testing.TB, plugins ...any) *site {
	t.Helper()
	return serveConfig(t, Config{Plugins: plugins, Icon: assets.TrayPNG})
}

// serveConfig completes c and serves its site until the test ends.
func serveConfig(t testing.TB, c Config) *site {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("APPDATA", dir)
	s := &site{Config: c, life: life.New()}
	var err error
	if s.Listeners, err = loopback.Listen(0); err != nil {
		t.Fatal(err)
	}
	s.Name, s.Refusals = "Plain", new(Refusals)
	s.port = loopback.Port(s.Listeners)
	s.url = loopback.URL(s.port)
	s.Settings, _ = settings.Open(filepath.Join(dir, "settings.json"))
	s.Journal = journal.Open(dir, false, io.Discard)
	logger := slog.Default()
	slog.SetDefault(s.Journal.Logger())
	t.Cleanup(func() {
		slog.SetDefault(logger)
		if err := s.Journal.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.Login, err = desk.NewLogin("plain", s.Name, s.Icon, dir); err != nil {
		t.Fatal(err)
	}
	s.Desk = desk.New(desk.Config{Name: s.Name, URL: s.url, Life: s.life, Login: s.Login, NoIcon: true, Notify: s.notify})
	if s.Picker == nil {
		s.Picker = pick.New(pick.None{}, func() error { return nil }, s.life.Stopping())
	}
	s.Recent = paths.NewRecent(filepath.Join(dir, "recent.json"))
	for _, plugin := range s.Plugins {
		if speaker, ok := plugin.(interface{ info() desk.Info }); ok {
			s.Desk.AddTray("*spam.Spam", speaker.info)
		}
	}
	s.Desk.AskFirst()
	filter := NewOwnerFilter(s.Refusals)
	t.Cleanup(filter.Close)
	s.Filter = filter.Unless(func() bool { return s.Settings.Values().OtherUsers })
	s.Finish = s.life.Finish
	if s.Upgrade == nil {
		s.Upgrade = func() (string, bool) { return "", false }
	}
	site, err := New(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	for _, plugin := range s.Plugins {
		if starter, ok := plugin.(interface{ start(*Site) error }); ok {
			if err := starter.start(site); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s.server, err = site.Server(); err != nil {
		t.Fatal(err)
	}
	if err := s.life.Add(s.server, s.Desk.Task()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.life.Run(func(err error) error { return nil }) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		s.life.Shutdown()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

// logged returns the log.
func (s *site) logged(t testing.TB) string {
	t.Helper()
	text, err := s.Journal.Tail(maxReadLog)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An answer is an HTTP response.
type answer struct {
	*http.Response
	body string
	err  error // the error at the end of the body
}

// raw sends a request, in which P means the port and \n a line end, and reads the answer.
func (s *site) raw(t testing.TB, request string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", loopback.Host(s.port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request = strings.NewReplacer("\n", "\r\n", ":P", ":"+strconv.Itoa(s.port)).Replace(request)
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp, string(body), err}
}

// page gets a page with a minimal request.
func (s *site) page(t testing.TB, target string) answer {
	t.Helper()
	return s.raw(t, "GET "+target+" HTTP/1.1\nHost: 127.0.0.1:P\nAccept: text/html\n\n")
}

// submit sends a form from a page of the site.
func (s *site) submit(t testing.TB, target, form string) answer {
	t.Helper()
	return s.raw(t, fmt.Sprintf("POST %s HTTP/1.1\nHost: 127.0.0.1:P\nOrigin: http://127.0.0.1:P\nSec-Fetch-Site: same-origin\n"+
		"Content-Type: application/x-www-form-urlencoded\nContent-Length: %d\n\n%s", target, len(form), form))
}
