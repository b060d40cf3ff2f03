//go:build !windows

package pick

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// A command is a program that shows a dialog and prints the chosen paths.
type command struct {
	name      string
	args      func(Request) []string
	separator string // between paths in the output

	// isCanceled reports whether the program has failed because its dialog was closed,
	// from its standard error.
	isCanceled func(stderr string) bool
}

func (c command) show(ctx context.Context, r Request) ([]string, error) {
	cmd := exec.CommandContext(ctx, c.name, c.args(r)...)
	cmd.WaitDelay = time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	switch exit, ok := errors.AsType[*exec.ExitError](err); {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case ok && exit.ExitCode() == 1 && c.isCanceled(said.String()):
		return nil, ErrCanceled
	case err != nil:
		return nil, fmt.Errorf("%s: %s", c.name, cmp.Or(strings.TrimSpace(shorten(said.String())), err.Error()))
	}
	return splitPaths(strings.TrimSuffix(string(out), "\n"), c.separator), nil
}

// splitPaths splits text into absolute paths.
func splitPaths(text, separator string) []string {
	paths := strings.Split(text, separator+"/")
	for i := 1; i < len(paths); i++ {
		paths[i] = "/" + paths[i]
	}
	return paths
}

func shorten(text string) string { return text[:min(len(text), 500)] }
