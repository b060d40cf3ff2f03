package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestDo_goCommand: each verb prints the error of the go command for a bad go.mod or
// environment.
func TestDo_goCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("go.mod", []byte("module tea\n\nspoon\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range verbs {
		args, want := []string{}, "go.mod:3: unknown directive: spoon"
		switch v.name {
		case "doctor": // does not read go.mod with the go command
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

// TestDo_program: nothing is printed for a program that has printed its error.
func TestDo_program(t *testing.T) {
	var said strings.Builder
	v := verb{"package", "", func(context.Context, []string) error { return exec.Command("go", "spoon").Run() }}
	if status := do(v, nil, &said); status != 2 || said.String() != "" {
		t.Errorf("status %d, %q", status, said.String())
	}
}
