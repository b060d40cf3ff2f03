package faults

import (
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A hitch is something that does not end by itself.
type hitch struct {
	name    string
	env     string         // of the tool
	request string         // that begins it, with HOST for the tool's address
	begun   string         // what the tool says then
	named   string         // what it says of it at the end
	only    syscall.Signal // of those that end the tool; 0: any
}

var hitches = []hitch{
	{
		name:    "a page that never ends",
		request: "GET /stuck HTTP/1.1\r\nHost: HOST\r\n\r\n",
		begun:   "stuck",
		named:   "GET /stuck",
	},
	{
		name:    "a client that never reads",
		request: "GET /big HTTP/1.1\r\nHost: HOST\r\n\r\n",
		begun:   "big",
		named:   "GET /big",
	},
	{
		name:    "an upload that stalls",
		request: "POST /upload HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nhalf",
		begun:   "upload",
		named:   "POST /upload",
	},
	{
		name:    "a request that is half sent", // for ten seconds at most
		only:    syscall.SIGHUP,
		request: "GET / HTTP/1.1\r\nHost: HOST\r\n",
		named:   "connection from 127.0.0.1:",
	},
	{
		name:    "a veto that hangs",
		env:     "BADTOOL_VETO=hang",
		request: "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n",
		begun:   "asked",
		named:   "connection from 127.0.0.1:",
	},
	{
		name: "a plug-in's tray item that never ends, chosen on a page",
		request: "POST /app.item HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\n" +
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\nn=0&label=Hang",
		begun: "hanging",
		named: "POST /app.item",
	},
	{
		name:  "a plug-in that never ends writing down what it keeps",
		env:   "BADTOOL_FLUSH=hang",
		named: "the flush of main.tool",
	},
}

func TestShutdown_hangingPlugin(t *testing.T) {
	d := desktop.Start(t)
	type try struct {
		hitch
		signal syscall.Signal
		tool   *tool.Running
	}
	var tries []try
	for range proof.Times(1, 5) {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
			for _, h := range hitches {
				if h.only != 0 && h.only != signal {
					continue
				}
				p := tool.Start(t, d, in(tempdir.New(t), h.env), badTool, quiet...)
				if h.request != "" {
					begin(t, p, h.request)
				}
				if h.begun != "" {
					p.Line(h.begun)
				}
				tries = append(tries, try{h, signal, p})
			}
		}
	}
	// They take as long as the bound allows, so they end side by side.
	for _, try := range tries {
		try.tool.Signal(try.signal)
	}
	ended := 0
	for _, try := range tries {
		code := try.tool.Wait().ExitCode()
		if said := try.tool.Stderr(); code != 3 || !strings.Contains(said, try.named) {
			t.Errorf("%s, %v: exit status %d, want 3, and %q is to be named in %q", try.name, try.signal, code, try.named, said)
			continue
		}
		ended++
	}
	proof.Held(t, "ends within its bound, whatever hangs, and names it", len(tries), ended)
}

// begin sends a request, of which no answer is read, over a connection that stays
// open.
func begin(t *testing.T, p *tool.Running, request string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.HostPort())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "HOST", p.HostPort())); err != nil {
		t.Fatal(err)
	}
	return conn
}

// A second signal ends the program at once, whatever hangs.
func TestShutdown_secondSignal(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, in(tempdir.New(t), "BADTOOL_FLUSH=hang"), badTool, quiet...)
	p.Signal(syscall.SIGTERM)
	p.Line("flushing")
	p.Signal(syscall.SIGTERM)
	p.Ends(3)
}

// A plug-in that hangs when it is asked for its lines in the tray holds up neither
// the start nor the end.
func TestStart_hangingPlugin(t *testing.T) {
	d := desktop.Start(t)
	for i := range proof.Times(1, 2) {
		home := tempdir.New(t)
		cmd := d.Command(badTool, "-no-browser")
		in(home, "BADTOOL_TRAY=hang")(cmd)
		p := d.Spawn(cmd)
		p.Line("asked for its items")
		p.Line("is running at")
		p.Signal([]syscall.Signal{syscall.SIGTERM, syscall.SIGHUP}[i])
		if code := p.Wait().ExitCode(); code != 0 {
			t.Errorf("exit status %d, %q", code, p.Stderr())
		}
		running := tool.Start(t, d, in(home), badTool, quiet...)
		running.Stop()
	}
	held(t, "a plug-in that hangs the start does not hang the end")
}

// A Flush that panics does not keep the program from ending, and its owner is told.
func TestFlush_panic(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, in(tempdir.New(t), "BADTOOL_FLUSH=panic"), badTool, quiet...)
	p.Signal(syscall.SIGTERM)
	p.Ends(1)
	if !strings.Contains(p.Stderr(), "flushing main.tool: panicked: this plug-in is bad") {
		t.Errorf("standard error: %q", p.Stderr())
	}
}

// While the action of a menu item hangs, Shutdown can still be chosen.
func TestTrayItem_hangs(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	p := tool.Start(t, d, nil, badTool, "-no-browser")
	panel.Choose("Hang")
	p.Line("hanging")
	panel.Choose("Shutdown")
	p.Signal(syscall.SIGTERM) // the second request is not to wait
	p.Ends(3)
	if !strings.Contains(p.Stderr(), "task Hang") {
		t.Errorf("it does not say what hung: %q", p.Stderr())
	}
	panel.AwaitNoIcon()
}

// Uploads that arrive slowly are answered, although the program has been told to end.
func TestShutdown_slowUploads(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, badTool, quiet...)
	times := proof.Times(20, 500)
	answers := make(chan string, times)
	var senders []*io.PipeWriter
	for range times {
		body, sender := io.Pipe()
		senders = append(senders, sender)
		go func() { answers <- upload(p.URL, body) }()
		p.Line("upload")
	}
	p.Signal(syscall.SIGTERM)
	awaitNoMore(t, p)
	for _, sender := range senders {
		for range 10 {
			if _, err := sender.Write(make([]byte, 1000)); err != nil {
				t.Fatal(err)
			}
		}
		sender.Close()
	}
	whole := 0
	for range times {
		if answer := <-answers; answer == "10000 bytes" {
			whole++
		} else {
			t.Log(answer)
		}
	}
	p.Ends(0)
	proof.Held(t, "uploads that go on while the program ends are answered", times, whole)
}

// upload returns the answer, or why there is none.
func upload(url string, body io.Reader) string {
	resp, err := tool.Client.Post(url+"upload", "application/octet-stream", body)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// awaitNoMore waits until the tool takes no more connections, because it ends.
func awaitNoMore(t *testing.T, p *tool.Running) {
	t.Helper()
	desktop.Await(t, "the end to begin", func() bool {
		conn, err := net.Dial("tcp", p.HostPort())
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
}
