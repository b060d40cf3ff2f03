// Package tool builds the programs that tests start, and starts them: the sample
// tool, and small ones that tell what reaches them.
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

// Main is what a TestMain calls. It builds main packages from their folders,
// which are relative to that of the tests, and sets where the programs are; then
// it runs the tests, checks that they leave no goroutine, removes the programs
// and exits. Every user of this machine may run the programs.
func Main(m *testing.M, programs map[*string]string) {
	// Programs that are started under nohup ignore SIGHUP. Those that the tests start
	// are not to, even if the tests do.
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

// Build builds one more program, for a single test.
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
