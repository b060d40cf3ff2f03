package app

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/instance"
)

func TestHail(t *testing.T) {
	for _, name := range desk.SessionVariables {
		t.Setenv(name, "")
	}
	t.Setenv("DISPLAY", ":2")
	if got, want := hail(), "hail\nDISPLAY=:2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := parseSession(hail()), map[string]string{"DISPLAY": ":2"}; !maps.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	t.Setenv("XAUTHORITY", strings.Repeat("x", instance.MaxText))
	if got := hail(); got != commandHail {
		t.Errorf("%d bytes", len(got))
	}
}

func TestSetSession(t *testing.T) {
	for _, name := range desk.SessionVariables {
		t.Setenv(name, "old")
	}
	if err := setSession(map[string]string{"DISPLAY": ":2"}); err != nil {
		t.Fatal(err)
	}
	if got := os.Getenv("DISPLAY"); got != ":2" {
		t.Errorf("DISPLAY is %q", got)
	}
	if got, ok := os.LookupEnv("XAUTHORITY"); ok {
		t.Errorf("XAUTHORITY is %q", got)
	}
}
