package instance

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gofrs/flock"
)

// start starts the instance of the folder, without Serve.
func start(t *testing.T, dir string) *Instance {
	t.Helper()
	i, answer, err := Start(t.Context(), []string{dir}, say("open"), nil)
	if err != nil || i == nil {
		t.Fatalf("another instance is running: answer %q, %v", answer, err)
	}
	t.Cleanup(func() {
		stop(t, i)
	})
	return i
}

// stop closes an instance.
func stop(t *testing.T, i *Instance) {
	t.Helper()
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

// serveEcho answers each command with the command itself.
func (i *Instance) serveEcho() { i.Serve(func(command string) (string, bool) { return command, true }) }

// say returns a function that returns command, for Start.
func say(command string) func() (string, error) {
	return func() (string, error) { return command, nil }
}

// An outcome is the result of Start or Send.
type outcome struct {
	first  *Instance
	answer string
	err    error
}

// launch calls Start on another goroutine.
func launch(t *testing.T, dir string) <-chan outcome {
	t.Helper()
	got := make(chan outcome, 1)
	go func() {
		i, answer, err := Start(t.Context(), []string{dir}, say("open"), nil)
		got <- outcome{i, answer, err}
	}()
	return got
}

// sendLater calls Send or SendAndWait on another goroutine.
func sendLater(do func() (string, error)) <-chan outcome {
	got := make(chan outcome, 1)
	go func() {
		answer, err := do()
		got <- outcome{nil, answer, err}
	}()
	return got
}

func wantAnswer(t *testing.T, got outcome, want string) {
	t.Helper()
	if got.first != nil || got.answer != want || got.err != nil {
		t.Errorf("got %+v, want the answer %q", got, want)
	}
}

func wantFirst(t *testing.T, got outcome) {
	t.Helper()
	if got.err != nil || got.first == nil {
		t.Fatalf("got %+v, want the next instance", got)
	}
	stop(t, got.first)
}

func TestStart(t *testing.T) {
	t.Run("launches before Serve are answered later", func(t *testing.T) {
		dir := t.TempDir()
		i := start(t, dir)
		var got []<-chan outcome
		for range 5 {
			got = append(got, launch(t, dir))
		}
		go i.serveEcho()
		for _, got := range got {
			wantAnswer(t, <-got, "open")
		}
	})
	t.Run("next after one that declines", func(t *testing.T) {
		dir := t.TempDir()
		i := start(t, dir)
		asked := make(chan string, 1)
		go i.Serve(func(command string) (string, bool) { asked <- command; return "not read", false })
		next := launch(t, dir)
		<-asked
		stop(t, i)
		wantFirst(t, <-next)
	})
	t.Run("leftover files", func(t *testing.T) {
		for _, content := range []string{"", "x", "{}", `{"Version": 2}`, `{"Version": 1, "Port": 80, "Key": "AA=="}`, strings.Repeat("1", 1<<16)} {
			dir := t.TempDir()
			for _, name := range []string{lockName, addressName} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Send(t.Context(), []string{dir}, "open"); err != ErrNotRunning {
				t.Errorf("%.20q: %v", content, err)
			}
			go start(t, dir).serveEcho()
			wantAnswer(t, <-launch(t, dir), "open")
		}
	})
	t.Run("missing folder", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "missing")
		_, _, err := Start(t.Context(), []string{dir}, say("open"), nil)
		_, sendErr := Send(t.Context(), []string{dir}, "open")
		for _, err := range []error{err, sendErr} {
			if err == nil || !strings.Contains(err.Error(), dir) {
				t.Errorf("got %v, want an error that names %s", err, dir)
			}
		}
	})
	t.Run("address that cannot be written frees the lock", func(t *testing.T) {
		dir := t.TempDir()
		address := filepath.Join(dir, addressName)
		if err := os.Mkdir(address, 0o700); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Start(t.Context(), []string{dir}, say("open"), nil); err == nil || !strings.Contains(err.Error(), address) {
			t.Errorf("got %v, want an error that names %s", err, address)
		}
		if err := os.Remove(address); err != nil {
			t.Fatal(err)
		}
		start(t, dir)
	})
}

// hold takes the lock, like an instance that has not written its address yet.
func hold(t *testing.T, dir string) *flock.Flock {
	t.Helper()
	lock := flock.New(filepath.Join(dir, lockName))
	if locked, err := lock.TryLock(); !locked || err != nil {
		t.Fatal(locked, err)
	}
	t.Cleanup(func() { lock.Unlock() })
	return lock
}

func TestSend(t *testing.T) {
	t.Run("not running", func(t *testing.T) {
		dir := t.TempDir()
		for range 2 { // the second time, the lock file exists
			for _, do := range []func(context.Context, []string, string) (string, error){Send, SendAndWait} {
				if _, err := do(t.Context(), []string{dir}, "quit"); err != ErrNotRunning {
					t.Error(err)
				}
			}
			if err := start(t, dir).Close(); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("texts", func(t *testing.T) {
		dir := t.TempDir()
		go start(t, dir).serveEcho()
		for _, text := range []string{"", "two\nlines", "\x00\xff", strings.Repeat("x", MaxText)} {
			if got, err := Send(t.Context(), []string{dir}, text); got != text || err != nil {
				t.Errorf("answer %.20q, %v, want %.20q", got, err, text)
			}
		}
		long := strings.Repeat("x", MaxText+1)
		if _, err := Send(t.Context(), []string{dir}, long); err == nil {
			t.Error("Send accepts a command that is too long")
		}
		if _, _, err := Start(t.Context(), []string{dir}, say(long), nil); err == nil {
			t.Error("Start accepts a command that is too long")
		}
	})
	t.Run("long answers are cut", func(t *testing.T) {
		dir := t.TempDir()
		go start(t, dir).Serve(func(string) (string, bool) { return strings.Repeat("x", MaxText+1), true })
		if got, err := Send(t.Context(), []string{dir}, "open"); len(got) != MaxText || err != nil {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
	t.Run("waits for one that declines", func(t *testing.T) {
		dir := t.TempDir()
		i := start(t, dir)
		asked := make(chan string, 1)
		go i.Serve(func(command string) (string, bool) { asked <- command; return "", false })
		got := sendLater(func() (string, error) { return Send(t.Context(), []string{dir}, "open") })
		<-asked
		stop(t, i)
		if got := <-got; got.err != ErrNotRunning {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("and wait, not for a successor", func(t *testing.T) {
		dir := t.TempDir()
		i := start(t, dir)
		asked := make(chan string, 1)
		go i.Serve(func(command string) (string, bool) { asked <- command; return "bye", true })
		got := sendLater(func() (string, error) { return SendAndWait(t.Context(), []string{dir}, "quit") })
		<-asked
		select {
		case got := <-got:
			t.Errorf("SendAndWait has not waited: %+v", got)
		default:
		}
		stop(t, i)
		start(t, dir)
		wantAnswer(t, <-got, "bye")
	})
	t.Run("canceled", func(t *testing.T) {
		dir := t.TempDir()
		i := start(t, dir)
		asked, reason := make(chan string, 1), errors.New("enough")
		go i.Serve(func(command string) (string, bool) { asked <- command; return "", false })
		for name, wait := range map[string]func(context.Context) error{
			"Start":       func(ctx context.Context) error { _, _, err := Start(ctx, []string{dir}, say("open"), nil); return err },
			"Send":        func(ctx context.Context) error { _, err := Send(ctx, []string{dir}, "open"); return err },
			"SendAndWait": func(ctx context.Context) error { _, err := SendAndWait(ctx, []string{dir}, "quit"); return err },
		} {
			ctx, cancel := context.WithCancelCause(t.Context())
			got := make(chan error, 1)
			go func() { got <- wait(ctx) }()
			<-asked
			cancel(reason)
			if err := <-got; !errors.Is(err, reason) {
				t.Errorf("%s: %v, want %v", name, err, reason)
			}
		}
	})
}

func TestClose(t *testing.T) {
	t.Run("sends the answer that is being made", func(t *testing.T) {
		dir := t.TempDir()
		i := start(t, dir)
		asked, closing := make(chan string), make(chan struct{})
		go i.Serve(func(command string) (string, bool) { asked <- command; <-closing; return "done", true })
		got := sendLater(func() (string, error) { return Send(t.Context(), []string{dir}, "open") })
		<-asked
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				stop(t, i)
			})
		}
		close(closing)
		group.Wait()
		wantAnswer(t, <-got, "done")
		if _, err := os.Stat(filepath.Join(dir, addressName)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the address file: %v", err)
		}
	})
	t.Run("leaves the address of another instance", func(t *testing.T) {
		dir := t.TempDir()
		old := start(t, dir)
		// This happens if the folder was removed with the lock.
		second := newAddress(1)
		if err := second.write(dir); err != nil {
			t.Fatal(err)
		}
		stop(t, old)
		if got, err := readAddress(dir); err != nil || got.Port != second.Port {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("with silent connections", func(t *testing.T) {
		i := start(t, t.TempDir())
		go i.serveEcho()
		for range maxUnproven + 5 {
			dial(t, i)
		}
		conn := dial(t, i)
		stop(t, i)
		wantClosed(t, conn)
	})
}

// TestDeleted deletes folders, addresses and locks while the instance is running.
func TestDeleted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows, which cannot delete open files")
	}
	for name, what := range map[string]string{"first folder": "first", "second folder": "second", "address": "first/" + addressName, "lock": "first/" + lockName} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			folders := []string{filepath.Join(dir, "first"), filepath.Join(dir, "second")}
			makeAll := func() {
				for _, folder := range folders {
					if err := os.MkdirAll(folder, 0o700); err != nil {
						t.Fatal(err)
					}
				}
			}
			makeAll()
			i, _, err := Start(t.Context(), folders, say("open"), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer i.Close()
			go i.serveEcho()
			if err := os.RemoveAll(filepath.Join(dir, what)); err != nil {
				t.Fatal(err)
			}
			makeAll()
			for range 2 {
				next, answer, err := Start(t.Context(), folders, say("open"), nil)
				wantAnswer(t, outcome{next, answer, err}, "open")
				if answer, err := Send(t.Context(), folders, "again"); answer != "again" || err != nil {
					t.Errorf("Send: %q, %v", answer, err)
				}
			}
			stop(t, i)
			next, answer, err := Start(t.Context(), folders, say("open"), nil)
			wantFirst(t, outcome{next, answer, err})
		})
	}
	t.Run("no second folder", func(t *testing.T) {
		dir := t.TempDir()
		i, _, err := Start(t.Context(), []string{dir, filepath.Join(dir, "missing")}, say("open"), nil)
		if err != nil {
			t.Fatal(err)
		}
		stop(t, i)
	})
}

func TestFilter(t *testing.T) {
	dir := t.TempDir()
	allow := make(chan bool, 2)
	i, _, err := Start(t.Context(), []string{dir}, say("open"), func(conn net.Conn) bool {
		if !conn.RemoteAddr().(*net.TCPAddr).IP.IsLoopback() {
			t.Errorf("a connection from %v", conn.RemoteAddr())
		}
		return <-allow
	})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	go i.serveEcho()
	allow <- false
	if _, err := deliver(t.Context(), []string{dir}, "refused", false); err == nil {
		t.Error("the filter has not refused the connection")
	}
	allow <- true
	wantAnswer(t, <-launch(t, dir), "open")
}
