package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/dibbler-app/dibbler/build/bench/internal/peers"
)

// A contender is a complete program.
type contender struct {
	name, file string
	args       []string
}

// quiet are the arguments for a packaged app without icon and browser.
var quiet = []string{"-port", "0", "-no-browser", "-no-tray"}

// home is the request for the home page at an address.
func home(addr string, fresh bool) peers.Case {
	connection := "keep-alive"
	if fresh {
		connection = "close"
	}
	return peers.Case{
		Name:    "home page",
		Request: fmt.Appendf(nil, "GET / HTTP/1.1\r\nHost: %s\r\nAccept: text/html\r\nConnection: %s\r\n\r\n", addr, connection),
		Status:  http.StatusOK,
	}
}

// packaged compares the packaged app, which filters connections and requests and adds its script
// to the page, with net/http: once with a fixed page, and once with the calendar's.
func (b *bench) packaged() error {
	small, err := b.page("small.html", peers.Page)
	if err != nil {
		return err
	}
	for _, pair := range []struct {
		title string
		pair  []contender
	}{
		{"a page of 2 KB", []contender{{"net/http", b.programs.bare, []string{small}}, {"app", b.programs.fixed, append([]string{small}, quiet...)}}},
		{"the calendar", []contender{{"net/http with the calendar", b.programs.mounted, nil}, {"app with the calendar", b.programs.calendar, quiet}}},
	} {
		if err := b.packagedPair(pair.title, pair.pair); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) page(name string, text []byte) (file string, err error) {
	file = filepath.Join(b.programs.dir, name)
	return file, os.WriteFile(file, text, 0o600)
}

func (b *bench) packagedPair(title string, pair []contender) error {
	names := []string{pair[0].name, pair[1].name}
	started := map[string]*process{}
	for _, c := range pair {
		p, err := b.start(c.file, c.args...)
		if err != nil {
			return err
		}
		defer p.end()
		started[c.name] = p
	}
	if err := sameHome(started[names[0]], started[names[1]]); err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	for _, kind := range []struct {
		name  string
		fresh bool
	}{{"kept connections", false}, {"a connection for each request", true}} {
		t := newTable("The packaged app: "+title+", "+kind.name, names, loads...)
		if !b.only.MatchString(t.title) {
			continue
		}
		err := b.inTurn(names, func(name string) error {
			p := started[name]
			return b.load(t, name, p, home(p.addr, kind.fresh), kind.fresh)
		})
		if err != nil {
			return err
		}
		t.print(os.Stdout)
	}
	return nil
}

// sameHome checks that the app's page is the other page with an added line, and that its filters
// are on.
func sameHome(other, app *process) error {
	fetch := func(p *process) (string, *http.Response, error) {
		resp, err := http.Get("http://" + p.addr + "/")
		if err != nil {
			return "", nil, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return string(body), resp, err
	}
	want, _, err := fetch(other)
	if err != nil {
		return err
	}
	got, resp, err := fetch(app)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(got, want) || want == "" || resp.Header.Get("X-Frame-Options") == "" {
		return fmt.Errorf("the app answers with %v %q, the other with %q", resp.Header, got, want)
	}
	return nil
}
