// Package tool builds and starts programs for tests. Below it are tools that several tests
// use.
package tool

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// Main builds programs, runs the tests, fails if they leave a goroutine, removes the
// programs and exits; call it in TestMain. The keys of programs are set to the paths of
// the programs, which every user may run. The values are the folders of their main
// packages, relative to the test's.
func Main(m *testing.M, programs map[*string]string) {
	// Under nohup, the tests and the programs that they start would ignore SIGHUP.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	dir, err := os.MkdirTemp("", "tools")
	if err != nil {
		panic(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		panic(err)
	}
	var all sync.WaitGroup
	for program, from := range programs {
		all.Go(func() {
			var err error
			if *program, err = build(dir, from); err != nil {
				panic(err)
			}
		})
	}
	all.Wait()
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// Build builds a program for one test.
func Build(t testing.TB, from string) (program string) {
	t.Helper()
	program, err := build(t.TempDir(), from)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func build(dir, from string) (program string, err error) {
	from, err = filepath.Abs(from)
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, filepath.Base(from))
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Dir = from // the root is a module of its own
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return program, cmd.Run()
}
