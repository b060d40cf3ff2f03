package faults

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A hitch is something that hangs. Its request, if there is one, makes the tool hang and
// print a line first. When the program has shut down, the log has the text logged.
type hitch struct{ name, env, request, line, logged string }

var hitches = []hitch{
	{"a methlet", "", "GET /hang HTTP/1.1\r\nHost: HOST\r\n\r\n", "hanging", "GET /hang"},
	{"a client that does not read", "", "GET /big HTTP/1.1\r\nHost: HOST\r\n\r\n", "writing", "GET /big"},
	{"an upload", "", "POST /upload HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nhalf", "reading", "POST /upload"},
	{"a connection filter", "BADTOOL_HANG=filter", "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n", "hanging", "connection from 127.0.0.1:"},
	{"a tray item", "", "POST /app.item HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\nn=0&label=Hang", "hanging", "POST /app.item"},
	{"a flush", "BADTOOL_HANG=flush", "", "", "OnFlush of main.tool"},
}

// The program shuts down within its time limit, whatever hangs, and logs it. SIGTERM has
// the same limit as Shutdown in the menu; SIGHUP has the shorter limit of the end of a
// session.
func TestShutdown_bound(t *testing.T) {
	d := desktop.Start(t)
	type try struct {
		hitch
		signal syscall.Signal
		p      *tool.Running
	}
	var tries []try
	for range proof.Times(1, 5) {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
			for _, h := range hitches {
				p := tool.Start(t, d, func(cmd *exec.Cmd) {
					cmd.Env = desktop.Without(cmd.Env, "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
					cmd.Env = append(cmd.Env, "HOME="+tempdir.New(t), h.env)
				}, badTool, pagesOnly...)
				if h.request != "" {
					send(t, p, h.request)
					p.Line(h.line)
				}
				tries = append(tries, try{h, signal, p})
			}
		}
	}
	for _, try := range tries { // at the same time: each takes as long as its bound
		try.p.Signal(try.signal)
	}
	held := 0
	for _, try := range tries {
		if code := try.p.Wait().ExitCode(); code != 3 || !strings.Contains(try.p.Stderr(), try.logged) {
			t.Errorf("%v while %s hangs: exit status %d and log %q; want 3 and %q", try.signal, try.name, code, try.p.Stderr(), try.logged)
			continue
		}
		held++
	}
	proof.Held(t, "shutdowns end within their bound, whatever hangs, and log it", len(tries), held)
}
