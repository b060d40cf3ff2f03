package install_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/debian"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// TestDeb installs the Debian package, uses the program, upgrades it while it is running, and
// removes it.
func TestDeb(t *testing.T) {
	program := debian.Program{
		Name: packaged.Name, ID: packaged.ID, Command: packaged.ID, Package: packaged.Package, NewVersion: packaged.New, Page: "table",
		Installed: func(d *desktop.Desktop) { checkOpens(t, d) },
		Removed: func(d *desktop.Desktop) {
			for _, mime := range []string{"application/x-tea", "x-scheme-handler/tea", "x-scheme-handler/coffee"} {
				if got := d.Spawn(d.Command("gio", "mime", mime)); got.Wait() == nil || strings.Contains(got.Stdout(), packaged.ID) {
					t.Errorf("after the removal, gio says of %s:\n%s", mime, got.Stdout())
				}
			}
		},
	}
	program.Live(t, func() (older, newer string) {
		name := func(version string) string {
			return filepath.Join(packaged.Make(t, "linux/"+runtime.GOARCH, version), packaged.Package+"_"+version+"-1_"+runtime.GOARCH+".deb")
		}
		return name(packaged.Old), name(packaged.New)
	})
}

// checkOpens opens a file and a URL like a desktop. A script that writes its arguments to a file
// replaces the program on PATH.
func checkOpens(t *testing.T, d *desktop.Desktop) {
	t.Helper()
	file := filepath.Join(d.Home(), "a b%f.TEA")
	bin, note := filepath.Join(d.Home(), "bin"), filepath.Join(d.Home(), "note")
	write(t, file, "x", 0o600)
	write(t, filepath.Join(bin, packaged.ID), "#!/bin/sh\nprintf '%s\\n' \"$@\" >'"+note+".new' && mv '"+note+".new' '"+note+"'\n", 0o755)
	for _, command := range [][]string{{"xdg-open", file}, {"gio", "open", file}, {"xdg-open", "tea:green?a=b%20"}, {"gio", "open", "tea:green"}} {
		cmd := d.Command(command[0], command[1:]...)
		cmd.Env = append(cmd.Env, "PATH="+bin+":"+os.Getenv("PATH"))
		p := d.Spawn(cmd)
		desktop.Await(t, strings.Join(command, " ")+" to start the program", func() bool {
			got, err := os.ReadFile(note)
			return err == nil && string(got) == "--\n"+command[len(command)-1]+"\n"
		})
		p.Wait()
		if err := os.Remove(note); err != nil {
			t.Fatal(err)
		}
	}
}
