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
	"time"

	"github.com/gofrs/flock"
)

// first becomes the instance of the folder.
func first(t *testing.T, dir string) *Instance {
	t.Helper()
	i, answer, err := Start(t.Context(), dir, "open", nil)
	if err != nil || i == nil {
		t.Fatalf("not first: answer %q, %v", answer, err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

// outcome is what Start or Send returned.
type outcome struct {
	first  *Instance
	answer string
	err    error
}

func later(t *testing.T, do func() outcome) <-chan outcome {
	t.Helper()
	got := make(chan outcome, 1)
	go func() { got <- do() }()
	return got
}

func startLater(ctx context.Context, t *testing.T, dir string) <-chan outcome {
	return later(t, func() outcome {
		i, answer, err := Start(ctx, dir, "open", nil)
		return outcome{i, answer, err}
	})
}

func TestCommandsSentWhileItStillStartsAreAnsweredLater(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	const many = 5
	var outcomes []<-chan outcome
	for range many {
		outcomes = append(outcomes, startLater(t.Context(), t, dir))
	}
	// All of them are there before any is answered.
	var messages []*Message
	for range many {
		messages = append(messages, <-i.Messages())
	}
	for _, m := range messages {
		if m.Command != "open" {
			t.Errorf("command is %q", m.Command)
		}
		m.Reply("late")
		m.Reply("too late")
	}
	for _, got := range outcomes {
		if got := <-got; got.first != nil || got.answer != "late" || got.err != nil {
			t.Errorf("got %+v", got)
		}
	}
}

func TestAnInstanceThatDeclinesIsSucceeded(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	next := startLater(t.Context(), t, dir)
	(<-i.Messages()).Decline()
	m := <-i.Messages() // it asks again
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	m.Reply("too late")
	got := <-next
	if got.err != nil || got.first == nil {
		t.Fatalf("got %+v, want the next instance", got)
	}
	if err := got.first.Close(); err != nil {
		t.Error(err)
	}
}

func TestSendTellsThatTheInstanceDeclines(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	sent := later(t, func() outcome {
		answer, err := Send(t.Context(), dir, "open")
		return outcome{nil, answer, err}
	})
	(<-i.Messages()).Decline()
	if got := <-sent; got.err != ErrDeclined {
		t.Errorf("got %+v", got)
	}
}

func TestSendWithoutAnInstance(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if _, err := Send(t.Context(), dir, "quit"); err != ErrNotRunning {
			t.Errorf("Send: %v", err)
		}
		if _, err := SendAndWait(t.Context(), dir, "quit"); err != ErrNotRunning {
			t.Errorf("SendAndWait: %v", err)
		}
		if err := first(t, dir).Close(); err != nil { // the second time, its lock file is there
			t.Error(err)
		}
	}
}

func TestSendAndWaitDoesNotWaitForASuccessor(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	sent := later(t, func() outcome {
		answer, err := SendAndWait(t.Context(), dir, "quit")
		return outcome{nil, answer, err}
	})
	(<-i.Messages()).Reply("bye")
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	first(t, dir)
	if got := <-sent; got.answer != "bye" || got.err != nil {
		t.Errorf("got %+v", got)
	}
}

func TestSendAndWaitIsContentWithAnInstanceThatEndsWithoutAnAnswer(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	sent := later(t, func() outcome {
		answer, err := SendAndWait(t.Context(), dir, "quit")
		return outcome{nil, answer, err}
	})
	<-i.Messages()
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	if got := <-sent; got.answer != "" || got.err != nil {
		t.Errorf("got %+v", got)
	}
}

func TestTheContextEndsEachWait(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	reason := errors.New("enough")
	for name, wait := range map[string]func(context.Context) error{
		"Start": func(ctx context.Context) error { _, _, err := Start(ctx, dir, "open", nil); return err },
		"Send":  func(ctx context.Context) error { _, err := Send(ctx, dir, "open"); return err },
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		got := make(chan error, 1)
		go func() { got <- wait(ctx) }()
		m := <-i.Messages()
		cancel(reason)
		if err := <-got; !errors.Is(err, reason) {
			t.Errorf("%s: %v, want %v", name, err, reason)
		}
		m.Reply("to nobody")
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	got := make(chan error, 1)
	go func() { _, err := SendAndWait(ctx, dir, "quit"); got <- err }()
	(<-i.Messages()).Reply("later")
	cancel(reason)
	if err := <-got; !errors.Is(err, reason) {
		t.Errorf("SendAndWait: %v, want %v", err, reason)
	}
}

func TestCloseDeclinesWhatIsOpenAndCanBeCalledTwice(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sent := later(t, func() outcome {
		answer, err := Send(ctx, dir, "open")
		return outcome{nil, answer, err}
	})
	<-i.Messages()
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if err := i.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := <-sent; got.err != ErrDeclined {
		t.Errorf("got %+v", got)
	}
	if _, open := <-i.Messages(); open {
		t.Error("the channel is open")
	}
	if _, err := os.Stat(filepath.Join(dir, addressName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the address file: %v", err)
	}
}

func TestFilesLeftOnTheDiskDoNotMatter(t *testing.T) {
	for _, content := range []string{"", "x", "99999999 00", "80 abc\n", "-1 " + strings.Repeat("00", 32) + "\n", strings.Repeat("1", 1<<16), "1 " + strings.Repeat("00", 32) + "\n"} {
		dir := t.TempDir()
		for _, name := range []string{lockName, addressName} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Send(t.Context(), dir, "open"); err != ErrNotRunning {
			t.Errorf("%.20q: %v", content, err)
		}
		i := first(t, dir)
		sent := startLater(t.Context(), t, dir)
		(<-i.Messages()).Reply("here")
		if got := <-sent; got.answer != "here" || got.err != nil {
			t.Errorf("%.20q: %+v", content, got)
		}
	}
}

func TestTwoFoldersDoNotMeet(t *testing.T) {
	first(t, t.TempDir())
	first(t, t.TempDir())
}

func TestAMissingFolderIsAnErrorThatNamesIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	if _, _, err := Start(t.Context(), dir, "open", nil); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("Start: %v", err)
	}
	if _, err := Send(t.Context(), dir, "open"); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("Send: %v", err)
	}
}

func TestAnAddressThatCannotBeWrittenIsAnErrorAndFreesTheLock(t *testing.T) {
	dir := t.TempDir()
	address := filepath.Join(dir, addressName)
	if err := os.MkdirAll(filepath.Join(address, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Start(t.Context(), dir, "open", nil); err == nil || !strings.Contains(err.Error(), address) {
		t.Errorf("got %v, want an error that names %s", err, address)
	}
	if err := os.RemoveAll(address); err != nil {
		t.Fatal(err)
	}
	first(t, dir)
}

func TestTextsOfEveryKindArrive(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	for _, text := range []string{"", "two\nlines", "\x00\xff", "\"\\<&>", strings.Repeat("ä", MaxText/2)} {
		sent := later(t, func() outcome {
			answer, err := Send(t.Context(), dir, text)
			return outcome{nil, answer, err}
		})
		m := <-i.Messages()
		if m.Command != text {
			t.Errorf("command %q, want %q", m.Command, text)
		}
		m.Reply(text)
		if got := <-sent; got.answer != text || got.err != nil {
			t.Errorf("answer %q, %v, want %q", got.answer, got.err, text)
		}
	}
	long := strings.Repeat("x", MaxText+1)
	if _, err := Send(t.Context(), dir, long); err == nil {
		t.Error("a long command was sent")
	}
	if _, _, err := Start(t.Context(), dir, long, nil); err == nil {
		t.Error("a long command was started with")
	}
	sent := startLater(t.Context(), t, dir)
	(<-i.Messages()).Reply(long)
	if got := <-sent; got.answer != long[:MaxText] {
		t.Errorf("an answer of %d bytes, %v", len(got.answer), got.err)
	}
}

func TestTheFilterSeesEachConnectionFirst(t *testing.T) {
	dir := t.TempDir()
	let := make(chan bool, 2)
	i, _, err := Start(t.Context(), dir, "open", func(conn net.Conn) bool {
		if !conn.RemoteAddr().(*net.TCPAddr).IP.IsLoopback() {
			t.Errorf("a connection from %v", conn.RemoteAddr())
		}
		return <-let
	})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	let <- false
	if _, err := deliver(t.Context(), dir, "refused", time.Minute); err == nil {
		t.Error("got past the filter")
	}
	let <- true
	sent := startLater(t.Context(), t, dir)
	m := <-i.Messages()
	if m.Command != "open" {
		t.Errorf("got %q", m.Command)
	}
	m.Reply("")
	if got := <-sent; got.err != nil {
		t.Error(got.err)
	}
}

func TestAHolderOfTheLockThatIsNeverReachedIsGivenUp(t *testing.T) {
	a := newAttempts()
	failure := errors.New("connection refused")
	if err := a.next(t.Context(), failure); err != nil {
		t.Errorf("the first failure: %v", err)
	}
	a.until = time.Now().Add(-time.Second)
	if err := a.next(t.Context(), failure); !errors.Is(err, failure) {
		t.Errorf("out of time: %v", err)
	}
	if err := a.next(t.Context(), ErrDeclined); err != nil {
		t.Errorf("reached again: %v", err)
	}
}

// hold takes the lock as an instance that has not said yet where it listens.
func hold(t *testing.T, dir string) *flock.Flock {
	t.Helper()
	lock := flock.New(filepath.Join(dir, lockName))
	if locked, err := lock.TryLock(); !locked || err != nil {
		t.Fatal(locked, err)
	}
	t.Cleanup(func() { lock.Unlock() })
	return lock
}

func TestALaunchWaitsForTheAddressOfTheHolder(t *testing.T) {
	dir := t.TempDir()
	lock := hold(t, dir)
	sent := startLater(t.Context(), t, dir)
	i, err := listen(lock, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	(<-i.Messages()).Reply("here")
	if got := <-sent; got.answer != "here" || got.err != nil {
		t.Errorf("got %+v", got)
	}
}

func TestALaunchTakesALockThatBecomesFree(t *testing.T) {
	dir := t.TempDir()
	lock := hold(t, dir)
	next := startLater(t.Context(), t, dir)
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	got := <-next
	if got.err != nil || got.first == nil {
		t.Fatalf("got %+v", got)
	}
	if err := got.first.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheEndLeavesTheAddressOfAnotherInstance(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows: what is open is not removed there")
	}
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	old := first(t, dir)
	if err := os.RemoveAll(dir); err != nil { // with the lock
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	second := first(t, dir)
	if err := old.Close(); err != nil {
		t.Error(err)
	}
	third := startLater(t.Context(), t, dir)
	(<-second.Messages()).Reply("here")
	if got := <-third; got.answer != "here" || got.err != nil {
		t.Errorf("got %+v", got)
	}
}
