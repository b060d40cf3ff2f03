package app

import (
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
	b := build{id: "1-ab", title: "Plain 1.2.3 (go1.26, linux/amd64)", file: "/usr/bin/a=b"}
	command, got, session := parseTold(b.tell(commandHail))
	if command != commandHail || got != b || session["DISPLAY"] != ":2" {
		t.Errorf("%+v, %q", got, session)
	}
	t.Setenv("XAUTHORITY", strings.Repeat("x", instance.MaxText))
	if got := b.tell(commandLook); got != commandLook {
		t.Errorf("%d bytes", len(got))
	}
	if _, got, session := parseTold(commandHail); got != (build{}) || len(session) != 0 {
		t.Errorf("%+v, %q", got, session)
	}
}

func TestBuildID(t *testing.T) {
	id, err := buildID()
	if again, _ := buildID(); id == "" || err != nil || again != id {
		t.Errorf("%q, then %q, %v", id, again, err)
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
