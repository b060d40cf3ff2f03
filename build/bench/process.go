package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// A process is a program that serves.
type process struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	addr string // such as 127.0.0.1:8888
}

// start starts a program with its own home folder, and waits until it prints its address.
func (b *bench) start(file string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(file, args...)}
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + file + ".home"}
	p.cmd.Stderr = os.Stderr
	err := os.MkdirAll(file+".home", 0o700)
	if err != nil {
		return nil, err
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.end()
		return nil, fmt.Errorf("%s did not start: %w", file, err)
	}
	_, url, _ := strings.Cut(strings.TrimSpace(line), " is running at ")
	p.addr = strings.Trim(strings.TrimPrefix(url, "http://"), "/")
	return p, nil
}

// end ends the process. It ignores the exit status, because the bare program does not handle
// signals.
func (p *process) end() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}

func (p *process) pid() int { return p.cmd.Process.Pid }
