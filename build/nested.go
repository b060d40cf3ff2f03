package main

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/dibbler-app/dibbler/build/internal/nested"
)

// These verbs need libraries that an author's tool should not depend on, so they are programs
// in nested modules.

// nestedEnv is added to the environment of go commands in these modules, which are
// in no workspace and have no vendor folder, whatever the root module has.
var nestedEnv = []string{"GOFLAGS=-mod=readonly", "GOWORK=off"}

func makePackages(args []string) error {
	return runNested(nested.Package, append([]string{"-icon", "assets/icon.svg"}, args...))
}

func drawIcons() error { return runNested(nested.Icons, []string{"assets"}) }

// runNested runs a program to its end. Ctrl-C reaches the program too: it cleans up.
func runNested(program func(context.Context, []string) error, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return program(ctx, args)
}

func bench(args []string) error {
	return run(filepath.Join("build", "bench"), nestedEnv, append([]string{"go", "run", "."}, args...)...)
}
