package app

import (
	"bufio"
	"context"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
)

// serve runs a program with plugins in this process until the test ends.
func serve(t testing.TB, plugins ...any) *program {
	t.Helper()
	return serveApp(t, &App{Name: "Plain", Plugins: plugins})
}

// serveApp runs a in this process until the test ends.
func serveApp(t testing.TB, a *App) *program {
	t.Helper()
	dir, err := os.MkdirTemp("", "dib")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	for name, value := range (&home{dir: dir}).variables() {
		t.Setenv(name, value)
	}
	if err := a.setDefaults(); err != nil {
		t.Fatal(err)
	}
	folders, err := dirs.Make(a.ID)
	if err != nil {
		t.Fatal(err)
	}
	logger, out, flags := slog.Default(), log.Writer(), log.Flags()
	j := openJournal(folders.State, false, io.Discard)
	t.Cleanup(func() {
		slog.SetDefault(logger)
		log.SetOutput(out)
		log.SetFlags(flags)
		if err := j.close(); err != nil {
			t.Error(err)
		}
	})
	p := a.newProgram(j, io.Discard)
	if p.launchDoor, _, err = newOwnerDoor(t.Context(), func() bool { return false }, p.refusals); err != nil {
		t.Fatal(err)
	}
	if err := p.start(t.Context(), folders, options{port: 0, noTray: true}); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := p.env.Run(context.Background()); err != nil {
			t.Error(err)
		}
		p.launchDoor.close()
		close(p.ended)
	}()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		p.env.Stop()
		<-ended
	})
	return p
}

// An answer is what a program has sent.
type answer struct {
	*http.Response
	body string
	err  error // that its end was met with
}

// raw sends a request as it is written, with P for the port and a new line for
// its two characters, and reads the answer.
func (p *program) raw(t testing.TB, request string) answer {
	t.Helper()
	port := strconv.Itoa(p.port)
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request = strings.NewReplacer("\n", "\r\n", ":P", ":"+port).Replace(request)
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

// page asks for a page as a program does that says no more than it has to.
func (p *program) page(t testing.TB, target string) answer {
	t.Helper()
	return p.raw(t, "GET "+target+" HTTP/1.1\nHost: 127.0.0.1:P\n\n")
}

// submit sends a form from a page of the program's own.
func (p *program) submit(t testing.TB, target, form string) answer {
	t.Helper()
	return p.raw(t, "POST "+target+" HTTP/1.1\nHost: 127.0.0.1:P\nOrigin: http://127.0.0.1:P\nSec-Fetch-Site: same-origin\n"+
		"Content-Type: application/x-www-form-urlencoded\nContent-Length: "+strconv.Itoa(len(form))+"\n\n"+form)
}
