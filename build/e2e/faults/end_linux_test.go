package faults

import (
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
		named: "OnFlush of main.tool",
	},
}

// The program ends within its bound, whatever hangs.
func TestShutdown_bound(t *testing.T) {
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
