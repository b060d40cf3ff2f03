package desktop

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
)

// A Process is a program on the desktop, started by [Desktop.Spawn].
type Process struct {
	t      testing.TB
	cmd    *exec.Cmd
	done   chan struct{} // closed when the program has ended
	stdout lines
	stderr lines
}

// Command is a program with the desktop's environment. It starts with
// [Desktop.Spawn]; before that, its fields may be changed.
func (d *Desktop) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = d.env[:len(d.env):len(d.env)]
	cmd.Dir = d.Home()
	return cmd
}

// Setenv adds variables, such as "GDK_SCALE=2", to the environment of later commands.
func (d *Desktop) Setenv(variables ...string) { d.env = append(d.env, variables...) }

// Spawn starts cmd. If it still runs when the test ends, it gets SIGTERM, and then SIGKILL.
func (d *Desktop) Spawn(cmd *exec.Cmd) *Process {
	d.t.Helper()
	p := &Process{t: d.t, cmd: cmd, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.stdout, &p.stderr
	// A child that the program has left running may hold its output open.
	cmd.WaitDelay = time.Second
	// The program is killed if the test is killed. The kernel sends this signal when the
	// thread that started the program ends, so this thread stays.
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		cmd.Wait() // its error is in cmd.ProcessState
		p.stdout.end()
		p.stderr.end()
		close(p.done)
	}()
	if err := <-started; err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		d.keepFailure()
		p.stop()
	})
	return p
}

func (p *Process) stop() {
	p.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(time.Until(deadline.Of(p.t))):
		p.t.Errorf("%s did not end on SIGTERM", p.cmd.Path)
		p.Signal(syscall.SIGKILL)
		<-p.done
	}
	if p.t.Failed() {
		p.t.Logf("%s said:\n%s%s", filepath.Base(p.cmd.Path), p.stdout.String(), p.Stderr())
	}
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Line waits for a line of standard output that contains text, and returns it without its end.
// The next call continues after it. The test fails if the output ends first.
func (p *Process) Line(text string) string {
	p.t.Helper()
	timeout := time.After(time.Until(deadline.Of(p.t)))
	for {
		line, changed, ok := p.stdout.next()
		switch {
		case !ok:
			p.t.Fatalf("%s ended its output without a line with %q", p.cmd.Path, text)
		case changed == nil && strings.Contains(line, text):
			return line
		case changed != nil:
			select {
			case <-changed:
			case <-timeout:
				p.t.Fatalf("%s did not print a line with %q", p.cmd.Path, text)
			}
		}
	}
}

// Stdout is all that the program has written to standard output.
func (p *Process) Stdout() string { return p.stdout.String() }

// Stderr is all that the program has written to standard error.
func (p *Process) Stderr() string { return p.stderr.String() }

// Signal sends s. It does nothing if the program has ended.
func (p *Process) Signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && err != os.ErrProcessDone {
		p.t.Error(err)
	}
}

// Wait waits until the program has ended.
func (p *Process) Wait() *os.ProcessState {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(time.Until(deadline.Of(p.t))):
		p.t.Fatalf("%s has not ended", p.cmd.Path)
	}
	return p.cmd.ProcessState
}

// Running reports whether the program is still running.
func (p *Process) Running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// lines collects output for one reader.
type lines struct {
	mu      sync.Mutex
	all     []byte
	read    int // of all
	ended   bool
	changed chan struct{} // closed at the next write, when somebody waits
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, b...)
	l.wake()
	return len(b), nil
}

func (l *lines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.wake()
}

func (l *lines) wake() {
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// next returns the next line, or a channel that is closed when there may be one. ok is false
// if there will be none.
func (l *lines) next() (line string, changed <-chan struct{}, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := l.all[l.read:]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		l.read += i + 1
		return string(rest[:i]), nil, true
	}
	if l.ended {
		l.read = len(l.all)
		return string(rest), nil, len(rest) > 0
	}
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return "", l.changed, true
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.all)
}

// Running returns the names of all running programs of the desktop by process ID: those that
// were spawned, and their descendants.
func (d *Desktop) Running() map[int]string {
	d.t.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		d.t.Fatal(err)
	}
	found := make(map[int]string)
	for _, folder := range folders {
		if !d.owns(folder) {
			continue
		}
		name, err := os.ReadFile(filepath.Join(folder, "comm"))
		if err != nil {
			continue // it has ended
		}
		pid, err := strconv.Atoi(filepath.Base(folder))
		if err != nil {
			d.t.Fatal(err)
		}
		found[pid] = strings.TrimSpace(string(name))
	}
	return found
}

// owns reports whether a process belongs to the desktop, by its home or, because Chromium
// overwrites its environment, by its working directory. A process that cannot be read has
// ended, or is another user's.
func (d *Desktop) owns(folder string) bool {
	env, _ := os.ReadFile(filepath.Join(folder, "environ"))
	if slices.Contains(strings.Split(string(env), "\x00"), "HOME="+d.Home()) {
		return true
	}
	dir, _ := os.Readlink(filepath.Join(folder, "cwd"))
	return dir == d.Home()
}

// endLeftovers ends programs that programs of the desktop have left running.
func (d *Desktop) endLeftovers() {
	Await(d.t, "the desktop's last processes to end", func() bool {
		left := d.Running()
		for pid := range left {
			syscall.Kill(pid, syscall.SIGKILL) // it may have ended by now
		}
		return len(left) == 0
	})
}
