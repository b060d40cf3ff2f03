package sessionbus

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/app/internal/testbus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConnect(t *testing.T) {
	bus := testbus.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	lasting, end := context.WithCancel(context.Background())
	ctx, cancel := context.WithCancel(context.Background())
	conn, err := Connect(ctx, lasting)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := conn.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err; err != nil {
		t.Errorf("the connection ends with the context of Connect: %v", err)
	}
	end()
	<-conn.Context().Done()
}

// The bus accepts the connection, and does not answer.
func TestConnect_frozen(t *testing.T) {
	bus := testbus.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	if err := bus.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Connect(ctx, context.Background()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

// Without a bus, none is started.
func TestConnect_noBus(t *testing.T) {
	bus, dir := testbus.Start(t), t.TempDir()
	launcher := "#!/bin/sh\necho 'DBUS_SESSION_BUS_ADDRESS=" + bus.Address + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte(launcher), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	for _, address := range []string{"autolaunch:", "unix:path=" + filepath.Join(dir, "none")} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		if _, err := Connect(t.Context(), context.Background()); err == nil && address != "autolaunch:" {
			t.Errorf("connected at %q, where there is no bus", address)
		}
		if got := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); got == bus.Address {
			t.Errorf("at %q, a bus was started", address)
		}
	}
}
