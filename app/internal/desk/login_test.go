package desk

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestLogin(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not on Windows: it would change the registry of whoever runs the test")
	}
	d := run(t)
	for _, want := range []bool{false, true, false} {
		if err := d.c.Login.Set(want); err != nil {
			t.Fatal(err)
		}
		if on, err := d.c.Login.Enabled(); on != want || err != nil {
			t.Errorf("%v, %v, want %v", on, err, want)
		}
		if s := d.state(); s.AtLogin != want {
			t.Errorf("the check mark in the tray is %v, want %v", s.AtLogin, want)
		}
	}
}

func TestAppImage(t *testing.T) {
	mount, image := filepath.FromSlash("/tmp/.mount_x"), filepath.FromSlash("/home/x/Plain.AppImage")
	if runtime.GOOS == "windows" {
		mount, image = `C:`+mount, `C:`+image
	}
	inside := filepath.Join(mount, "usr", "bin", "plain")
	for _, c := range []struct{ exe, mount, image, want string }{
		{inside, mount, image, image},
		{inside, mount + string(filepath.Separator), image, image},
		{inside, "", "", inside},
		{inside, mount, "", inside},
		{inside, mount, "Plain.AppImage", inside},
		{mount + "y", mount, image, mount + "y"}, // beside it
		{os.Args[0], mount, image, os.Args[0]},   // started from another one
		{inside, "", image, inside},
	} {
		if got := appImage(c.exe, c.mount, c.image); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
