package nested

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// addressVariable is set in the process that [TestCall] interrupts.
const addressVariable = "DIBBLER_TEST_ADDRESS"

func TestMain(m *testing.M) {
	if address := os.Getenv(addressVariable); address != "" {
		cleanUp(address)
	}
	os.Exit(m.Run())
}

// cleanUp waits for an interrupt, reports that it cleans up, and exits.
func cleanUp(address string) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		panic(err)
	}
	<-interrupts
	io.WriteString(conn, "cleaned up")
	os.Exit(3)
}

func TestCall(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows, where the console interrupts programs")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv(addressVariable, l.Addr().String())
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- call(ctx, self, nil) }()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	cancel()
	said, err := io.ReadAll(conn)
	if string(said) != "cleaned up" || err != nil {
		t.Errorf("the program reports %q, %v", said, err)
	}
	var exit *exec.ExitError
	if err := <-ended; !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("the error is %v, want exit status 3", err)
	}
}

// TestPackage_vendored sets the flag that makes go commands use only a vendor folder, as
// after vendoring.
func TestPackage_vendored(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOOS", "plan9") // as when building for another system
	if err := Package(t.Context(), []string{"-help"}); err != nil {
		t.Error(err)
	}
}

func TestBuild_broken(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module m\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() { x }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := build(t.Context(), dir, ".", filepath.Join(dir, "program"))
	if err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v; want an error with the folder", err)
	}
}
