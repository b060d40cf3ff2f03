package dev

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A state is the state for open pages. Package app reads it.
type state struct {
	Version  string    `json:"version"`
	Problems []problem `json:"problems"`
}

// A problem is an error for the author to fix.
type problem struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	Minor bool   `json:"minor"` // whether the text is hidden until a click
}

const (
	// endTimeout is longer than the shutdown of a tool that does not hang.
	endTimeout = 25 * time.Second

	// startTimeout is how long a tool that is not serving yet may take to end, because it
	// has no requests.
	startTimeout = 3 * time.Second
)

// A child is a process of the tool. Make one with [startChild].
type child struct {
	program  string
	cmd      *exec.Cmd
	states   chan state // the latest state to send; closed to stop the tool
	stderr   *lastOutput
	ready    chan struct{} // closed when the tool serves
	ended    chan struct{} // closed when the process has ended
	status   error         // the result, when the process has ended
	stopping bool
	isReady  bool // whether the session has handled ready
}

// startChild starts a program with -dev and args, and sends it s. It forwards the
// program's output.
func startChild(program string, args []string, s state, stdout, stderr io.Writer) (*child, error) {
	c := &child{
		program: program, states: make(chan state, 1), stderr: &lastOutput{to: stderr},
		ready: make(chan struct{}), ended: make(chan struct{}),
	}
	c.cmd = exec.Command(program, append([]string{"-dev"}, args...)...)
	c.cmd.Stdout = &readyWriter{to: stdout, ready: sync.OnceFunc(func() { close(c.ready) })}
	c.cmd.Stderr = c.stderr
	c.cmd.WaitDelay = time.Second // for processes that the tool has started and left
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	c.tell(s)
	go c.write(stdin)
	go func() {
		c.status = c.cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// tell sends s to the tool's pages. It does not wait, because a tool in a debugger may
// not read. Such a tool gets only the latest state later.
func (c *child) tell(s state) {
	select {
	case <-c.states:
	default:
	}
	c.states <- s
}

// write writes states to the tool's standard input, and closes that when c is stopped.
func (c *child) write(stdin io.WriteCloser) {
	defer stdin.Close() // already closed if the tool has ended
	for {
		select {
		case s, ok := <-c.states:
			if !ok {
				return
			}
			line, err := json.Marshal(s)
			if err != nil {
				panic(err) // texts can always be encoded
			}
			_, _ = stdin.Write(append(line, '\n')) // the session notices if the tool has ended
		case <-c.ended:
			return
		}
	}
}

// stop asks the tool to shut down. It does not wait. A tool that takes too long is
// killed.
func (c *child) stop() {
	if c.stopping {
		return
	}
	c.stopping = true
	close(c.states)
	timeout := endTimeout
	if !c.isReady {
		timeout = startTimeout
	}
	go func() {
		select {
		case <-c.ended:
		case <-time.After(timeout):
			_ = c.cmd.Process.Kill()
		}
	}()
}

// exitStatus returns the exit status of a tool that has ended, or -1 if it was killed or
// never ran.
func (c *child) exitStatus() int {
	if exit, ok := errors.AsType[*exec.ExitError](c.status); ok {
		return exit.ExitCode()
	}
	return c.cmd.ProcessState.ExitCode()
}

// A readyWriter forwards the output of a tool, and detects the line with the tool's URL.
type readyWriter struct {
	to    io.Writer
	ready func()
	line  []byte
}

var readyLine = regexp.MustCompile(` is running at http://127\.0\.0\.1:\d+/`)

func (w *readyWriter) Write(p []byte) (int, error) {
	const longest = 4096
	for line := range bytes.Lines(p) {
		w.line = append(w.line, line...)
		if w.line[len(w.line)-1] != '\n' && len(w.line) < longest {
			continue
		}
		if readyLine.Match(w.line) {
			w.ready()
		}
		w.line = w.line[:0]
	}
	return w.to.Write(p)
}

// A lastOutput forwards the output of a tool, and keeps the end of it.
type lastOutput struct {
	to io.Writer

	mu   sync.Mutex
	kept []byte
}

func (o *lastOutput) Write(p []byte) (int, error) {
	const most = 16 << 10
	o.mu.Lock()
	o.kept = append(o.kept, p...)
	o.kept = o.kept[max(0, len(o.kept)-most):]
	o.mu.Unlock()
	return o.to.Write(p)
}

// text returns the kept output. If it is the stack trace of a panic, text puts the first
// place in the folder root before it, because other errors also begin with a place.
func (o *lastOutput) text(root string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := strings.TrimSpace(string(o.kept))
	if place := tracePlace(text, root); place != "" {
		return place + ": " + text
	}
	return text
}

// tracePlace returns the first place of a stack trace that is in the folder root, such as
// main.go:12.
func tracePlace(text, root string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "\t"+filepath.ToSlash(root)+"/"); ok {
			place, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			return place
		}
	}
	return ""
}
