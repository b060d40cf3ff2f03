package dirs

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"
)

func TestMake(t *testing.T) {
	roaming, local := t.TempDir(), t.TempDir()
	t.Setenv("AppData", roaming)
	t.Setenv("LocalAppData", local)
	want := Dirs{
		Config: filepath.Join(roaming, id),
		State:  filepath.Join(local, id, "state"),
		Temp:   filepath.Join(local, id, "temp"),
	}
	for range 2 {
		d, err := Make(id)
		if err != nil {
			t.Fatal(err)
		}
		if d.Config != want.Config || d.State != want.State || d.Temp != want.Temp || d.Warnings != nil {
			t.Errorf("got %+v, want %+v", d, want)
		}
	}
	data, warnings, err := MakeData(id)
	if err != nil || data != filepath.Join(local, id, "data") || warnings != nil {
		t.Errorf("data: %s, %q, %v", data, warnings, err)
	}
	for _, path := range []string{want.Config, want.State, want.Temp, data} {
		if stat, err := os.Stat(path); err != nil || !stat.IsDir() {
			t.Errorf("%s: %v, %v", path, stat, err)
		}
	}
}

func TestMake_noProfile(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMP", temp)
	t.Setenv("AppData", "")
	t.Setenv("LocalAppData", "relative")
	d, err := Make(id)
	if err != nil {
		t.Fatal(err)
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(temp, id+"-"+user.User.Sid.String())
	for _, path := range []string{d.Config, d.State, d.Temp} {
		if filepath.Dir(path) != want {
			t.Errorf("%s is not in %s", path, want)
		}
	}
	hasWarning(t, d, "%AppData%", "%LocalAppData%", "relative", "instead")
}
