package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
)

// What these verbs do needs libraries that an author's tool should not inherit.
// They are programs in modules of their own.

// nestedEnv is added to the environment of go commands in these modules, which are
// in no workspace and have no vendor folder, whatever the root module has.
var nestedEnv = []string{"GOFLAGS=-mod=readonly", "GOWORK=off"}

func makePackages(args []string) error {
	dir, err := os.MkdirTemp("", "build")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "package")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	// Not go run, which would have the program's folder for the working directory:
	// the arguments name files.
	if err := run(filepath.Join("build", "package"), nestedEnv, "go", "build", "-o", program, "."); err != nil {
		return err
	}
	// Ctrl-C reaches the program too. It cleans up, and this one waits for it.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	return run(".", nil, append([]string{program}, args...)...)
}

func bench(args []string) error {
	return run(filepath.Join("build", "bench"), nestedEnv, append([]string{"go", "run", "."}, args...)...)
}

func drawIcons() error {
	return run(filepath.Join("build", "icons"), nestedEnv, "go", "run", ".")
}
