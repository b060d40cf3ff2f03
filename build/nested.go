package main

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/dibbler-app/dibbler/build/internal/nested"
)

// The verbs in this file need libraries that an author's tool should not depend on. So
// they are programs in nested modules.

// nestedEnv is added to the environment of go commands in these modules. They are not in
// a workspace and have no vendor folder, even if the root module is or has.
var nestedEnv = []string{"GOFLAGS=-mod=readonly", "GOWORK=off"}

func makePackages(args []string) error {
	return runNested(nested.Package, append([]string{"-icon", "assets/icon.svg"}, args...))
}

func drawIcons() error { return runNested(nested.Icons, []string{"assets"}) }

// runNested runs a program and waits for its end. Ctrl-C also reaches the program, which
// then cleans up.
func runNested(program func(context.Context, []string) error, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return program(ctx, args)
}

func bench(args []string) error {
	return run(filepath.Join("build", "bench"), nestedEnv, append([]string{"go", "run", "."}, args...)...)
}
