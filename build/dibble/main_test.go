package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestDo_goCommand has each verb say why it has failed where the go command reads a go.mod
// that is wrong, or an environment.
func TestDo_goCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("go.mod", []byte("module tea\n\nspoon\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range verbs {
		args, want := []string{}, "go.mod:3: unknown directive: spoon"
		switch v.name {
		case "doctor": // asks the go command for nothing in go.mod
			continue
		case "new":
			t.Setenv("GOFLAGS", "-spoon")
			args, want = []string{"tea"}, "-spoon"
		default:
			t.Setenv("GOFLAGS", "")
		}
		var said strings.Builder
		if status := do(v, args, &said); status != 1 || !strings.HasPrefix(said.String(), "dibble "+v.name+": ") || !strings.Contains(said.String(), want) {
			t.Errorf("%s: status %d, %q, want %q", v.name, status, said.String(), want)
		}
	}
}

// TestDo_program says nothing of a program that has said why it failed.
func TestDo_program(t *testing.T) {
	var said strings.Builder
	v := verb{"package", "", func(context.Context, []string) error { return exec.Command("go", "spoon").Run() }}
	if status := do(v, nil, &said); status != 2 || said.String() != "" {
		t.Errorf("status %d, %q", status, said.String())
	}
}
