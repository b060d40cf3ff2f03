package desk

import (
	"runtime"
	"testing"
)

func TestLogin(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows this would change the user's registry")
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
