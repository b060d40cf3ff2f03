package packages_test

import (
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// checkOpens asks the desktop what a file is, and has it open the file and a URL. A
// script that notes its arguments stands before the program on PATH.
func checkOpens(t *testing.T, d *desktop.Desktop) {
	t.Helper()
	for mime, want := range map[string]string{
		"application/x-tea": packaged.ID + ".desktop", "x-scheme-handler/tea": packaged.ID + "-url.desktop", "x-scheme-handler/coffee": "",
	} {
		p := d.Spawn(d.Command("xdg-mime", "query", "default", mime))
		p.Wait()
		if got := strings.TrimSpace(p.Stdout()); got != want {
			t.Errorf("%s opens with %q, want %q", mime, got, want)
		}
	}
	file := filepath.Join(d.Home(), "a b%f.TEA")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	kind := d.Spawn(d.Command("xdg-mime", "query", "filetype", file))
	kind.Wait()
	if got := strings.TrimSpace(kind.Stdout()); got != "application/x-tea" {
		t.Errorf("the file is %s", got)
	}

	bin, note := filepath.Join(d.Home(), "bin"), filepath.Join(d.Home(), "note")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >'" + note + ".new' && mv '" + note + ".new' '" + note + "'\n"
	if err := os.WriteFile(filepath.Join(bin, packaged.ID), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"xdg-open", file}, {"gio", "open", file}, {"xdg-open", "tea:green?a=b%20"}, {"gio", "open", "tea:green"}} {
		cmd := d.Command(command[0], command[1:]...)
		cmd.Env = append(cmd.Env, "PATH="+bin+":"+os.Getenv("PATH"))
		p := d.Spawn(cmd)
		want := "--\n" + command[len(command)-1] + "\n"
		desktop.Await(t, strings.Join(command, " ")+" to start the program", func() bool {
			got, err := os.ReadFile(note)
			return err == nil && string(got) == want
		})
		p.Wait()
		if err := os.Remove(note); err != nil {
			t.Fatal(err)
		}
	}
}
