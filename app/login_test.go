package app

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

func TestStartAtLogin(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows: it would change the registry of whoever runs the test")
	}
	p := serve(t, plain{})
	enabled := func() bool {
		on, err := p.login.Enabled()
		if err != nil {
			t.Error(err)
		}
		return on
	}
	if enabled() {
		t.Fatal("it is on from the start")
	}
	form := "port=" + strconv.Itoa(p.port) + "&startAtLogin=on"
	if page := p.submit(t, "/app.settings", form); !enabled() || !strings.Contains(page.body, `name="startAtLogin" checked`) {
		t.Errorf("not on: %s: %s", page.Status, page.body)
	}
	if s := p.trayState(); !s.AtLogin {
		t.Error("the tray has no check mark")
	}
	if page := p.submit(t, "/app.settings", "port="+strconv.Itoa(p.port)); enabled() || strings.Contains(page.body, `name="startAtLogin" checked`) {
		t.Errorf("not off: %s: %s", page.Status, page.body)
	}
}

func TestStartAtLoginNamesTheAppImage(t *testing.T) {
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
