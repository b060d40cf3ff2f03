package main

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/dibbler-app/dibbler/build/internal/nested"
)

// What these verbs do needs libraries that an author's tool should not inherit.
// They are programs in modules of their own.

// nestedEnv is added to the environment of go commands in these modules, which are
// in no workspace and have no vendor folder, whatever the root module has.
var nestedEnv = []string{"GOFLAGS=-mod=readonly", "GOWORK=off"}

func makePackages(args []string) error {
	// Ctrl-C reaches the packager too. It cleans up, and this one waits for it.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return nested.Package(ctx, args)
}

func bench(args []string) error {
	return run(filepath.Join("build", "bench"), nestedEnv, append([]string{"go", "run", "."}, args...)...)
}

func drawIcons() error {
	return run(filepath.Join("build", "icons"), nestedEnv, "go", "run", ".")
}
