package faults

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// startWithFew starts a tool that may have no more than 64 files open.
func startWithFew(t *testing.T, d *desktop.Desktop) *tool.Running {
	t.Helper()
	return tool.Start(t, d, nil, "prlimit", append([]string{"--nofile=64:64", badTool}, quiet...)...)
}

// More clients connect than the system lets the program have files open.
func TestDescriptors_manyClients(t *testing.T) {
	d := desktop.Start(t)
	p := startWithFew(t, d)
	connect(t, p, 300, "")
	wantServed(t, p, "pages are served beside 300 idle connections by a program that may have 64 files open")
	resp, err := tool.Client.PostForm(p.URL+"app.settings", url.Values{"port": {"23456"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("saving the settings: %s", resp.Status)
	}
	p.Stop()
}

// A plug-in opens files until the system refuses, and closes them again.
func TestDescriptors_greedyPlugin(t *testing.T) {
	d := desktop.Start(t)
	p := startWithFew(t, d)
	if !answered(p.URL + "hoard") {
		t.Fatal("it does not hoard")
	}
	// The hoarder's own connection has been closed: there is room for one.
	half := connect(t, p, 10, "GET / HTTP/1.1\r\nHost: HOST\r\n")
	const waiting = 20
	answers := make(chan bool, waiting)
	for range waiting {
		go func() { answers <- answered(p.URL) }()
	}
	desktop.Await(t, "the log to say so", func() bool { return strings.Contains(logOf(t, d), "no connection can be accepted") })
	p.Finish()
	served := 0
	for range waiting {
		if <-answers {
			served++
		}
	}
	proof.Held(t, "who connects while a plug-in has every file open is served when there is one again", waiting, served)
	if n := strings.Count(logOf(t, d), "no connection can be accepted"); n > 5 {
		t.Errorf("the log says so %d times", n)
	}
	for _, conn := range half {
		conn.Close()
	}
	p.Stop()
}

// connect opens connections, over each of which the beginning of a request is sent.
func connect(t *testing.T, p *tool.Running, n int, request string) (conns []net.Conn) {
	t.Helper()
	for range n {
		conns = append(conns, begin(t, p, request))
	}
	return conns
}

// answered reports whether there is an answer with status 200.
func answered(url string) bool {
	resp, err := tool.Client.Get(url)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func logOf(t *testing.T, d *desktop.Desktop) string {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(d.Home(), ".local/state/bad-tool/log.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(log)
}
