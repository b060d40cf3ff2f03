//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// noLaunch puts a dbus-launch in PATH that creates a file. check fails the test if the file
// exists.
func noLaunch(t *testing.T) (check func()) {
	t.Helper()
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	script := "#!/bin/sh\n: > '" + trace + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return func() {
		t.Helper()
		if _, err := os.Stat(trace); err == nil {
			t.Error("dbus-launch was started")
		}
	}
}

func TestRun_noSessionBus(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{
		"no such socket": "unix:path=/nonexistent",
		"not a socket":   "unix:path=" + file,
		"nonsense":       "disabled",
		"unknown kind":   "carrier:pigeon=1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
			check := noLaunch(t)
			if err := Check(context.Background()); err == nil || !strings.Contains(err.Error(), "session bus") {
				t.Errorf("Check: %v, want one that names the session bus", err)
			}
			tray := &Tray{}
			tray.Report = func(err error) {
				if err == nil || !strings.Contains(err.Error(), "session bus") {
					t.Errorf("reported %v, want an error that names the session bus", err)
				}
				tray.Quit()
			}
			tray.Run(context.Background())
			tray.Update(func() State { return State{} })
			tray.Quit()
			check()
		})
	}
}

// TestRun_silentSessionBus checks that the program can end although the bus accepts the
// connection and then sends nothing.
func TestRun_silentSessionBus(t *testing.T) {
	dir, err := os.MkdirTemp("", "bus") // a short path, because paths of sockets have a maximum length
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bus")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+path)
	tray := &Tray{Report: func(err error) { t.Errorf("reported %v", err) }}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
		} else {
			defer c.Close()
		}
		cancel()
		<-tray.quit.Done()
	}()
	tray.Run(ctx)

	ctx, cancel = context.WithCancel(context.Background())
	go func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		cancel()
		c.Close()
	}()
	if err := Check(ctx); err == nil {
		t.Error("Check on a silent bus: no error")
	}
}
