package attack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// target is the program that the tests attack, once built.
var target string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&target: "internal/target"}) }

// A victim is a running target.
type victim struct {
	*tool.Running
	t    *testing.T
	d    *desktop.Desktop
	port string
	job  string // the path of the page of a running job
}

// start starts the target. A script replaces the program that shows dialogs.
func start(t *testing.T, args ...string) *victim {
	t.Helper()
	d := desktop.Start(t)
	bin := filepath.Join(d.Home(), "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\n: > '" + d.Home() + "/dialog'\necho /chosen\n"
	if err := os.WriteFile(filepath.Join(bin, "zenity"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	d.Setenv("PATH=" + bin + ":" + os.Getenv("PATH"))
	p := tool.Start(t, d, nil, target, append([]string{"-no-browser", "-no-tray"}, args...)...)
	_, port, _ := strings.Cut(p.HostPort(), ":")
	_, job, _ := strings.Cut(p.Stdout(), "job ")
	job, _, _ = strings.Cut(job, "\n")
	return &victim{p, t, d, port, job}
}

// reached returns what has been reached since the start: methlets, the job that only its
// owner may cancel, and the dialog.
func (v *victim) reached() []string {
	v.t.Helper()
	tool.Get(v.t, v.URL+"act?marker") // earlier requests are on standard output when this one is
	v.Line(`reached act GET "marker"`)
	var all []string
	for line := range strings.Lines(v.Stdout()) {
		if what, ok := strings.CutPrefix(strings.TrimSpace(line), "reached "); ok && what != `act GET "marker"` {
			all = append(all, what)
		}
	}
	if _, err := os.Stat(filepath.Join(v.d.Home(), "dialog")); err == nil {
		all = append(all, "dialog")
	}
	return all
}
