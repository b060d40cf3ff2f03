package app

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
)

// endBy sends the form of a page that ends the program.
func endBy(t *testing.T, url string) {
	t.Helper()
	resp, err := http.PostForm(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s", url, resp.Status)
	}
}

// send sends m to the running program with this ID, and returns the reply. If m is Quit,
// send returns when the program has received it.
func (h *home) send(id string, m launch.Message) launch.Reply {
	h.t.Helper()
	text, err := m.Encode()
	if err != nil {
		h.t.Fatal(err)
	}
	address, err := filepath.Glob(filepath.Join(h.dir, "*", id, "instance.address"))
	if err != nil || len(address) != 1 {
		h.t.Fatal(address, err)
	}
	answer, err := instance.Send(h.t.Context(), []string{filepath.Dir(address[0])}, text)
	var reply launch.Reply
	if err == nil && m.Command != launch.Quit {
		reply, err = launch.DecodeReply(answer)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return reply
}

func TestShutdownButton(t *testing.T) {
	p := startProgram(t, "plain", "-port", "0")
	at := p.url()
	if page := get(t, at+"app.shutdown"); !strings.Contains(page, `method="post"`) {
		t.Error("the page has no button")
	}
	body := begin(t, at+"slow")
	endBy(t, at+"app.shutdown")
	wantLine(t, body, "finished")
	p.wantExit(exitOK)
}

func TestQuit(t *testing.T) {
	t.Run("waits", func(t *testing.T) {
		h := newHome(t)
		if out, status := h.launch("plain", "-quit").exit(); status != exitOK || out != "Plain was not running.\n" {
			t.Errorf("status %d, %q", status, out)
		}
		first := h.launch("flushes", "-port", "0", "-no-browser", "-no-tray")
		at := first.url()
		body, release := hold(t, at)
		quit, ended := h.launch("flushes", "-quit"), make(chan struct{})
		go func() {
			defer close(ended)
			if out, status := quit.exit(); status != exitOK || out != "Flushes has ended.\n" {
				t.Errorf("status %d, %q", status, out)
			}
		}()
		wantLine(t, body, "ending")
		h.launch("flushes", "-version").exit() // meanwhile -quit waits
		select {
		case <-ended:
			t.Error("-quit has not waited")
		default:
		}
		release()
		<-ended
		// The program has ended, so its output is complete.
		if _, err := http.Get(at); err == nil {
			t.Error("the program still answers")
		}
		wantLine(t, body, "finished")
		if rest, status := first.exit(); rest != "flushed\n" || status != exitOK {
			t.Errorf("status %d, %q", status, rest)
		}
	})
	// An uninstaller runs -quit when the program may already be ending.
	t.Run("twice", func(t *testing.T) {
		h := newHome(t)
		p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		body, release := hold(t, p.url())
		h.send("plain", launch.Message{Command: launch.Quit})
		wantLine(t, body, "ending")
		h.send("plain", launch.Message{Command: launch.Quit})
		release()
		wantLine(t, body, "finished")
		p.wantExit(exitOK)
	})
}
