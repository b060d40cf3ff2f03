package app

import (
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
)

// A session that is too long is left out of the message.
func TestEncode(t *testing.T) {
	for _, name := range desk.SessionVariables {
		t.Setenv(name, "")
	}
	t.Setenv("DISPLAY", ":2")
	for value, want := range map[string]int{"short": 2, strings.Repeat("x", instance.MaxText): 0} {
		t.Setenv("XAUTHORITY", value)
		text, err := encode(launch.Message{Command: launch.Look, Session: desk.Session(), Args: [][]byte{[]byte("/a.tea")}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := launch.DecodeMessage(text)
		if err != nil || m.Command != launch.Look || len(m.Session) != want || len(m.Args) != 1 {
			t.Errorf("%d bytes: %+v, %v", len(value), m, err)
		}
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
