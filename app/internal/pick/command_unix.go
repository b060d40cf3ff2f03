//go:build !darwin && !windows

package pick

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A command is a program that shows a dialog and prints what was chosen.
type command struct {
	name      string
	args      func(Request) []string
	separator string // between paths in the output
}

// zenitySeparator is in no path. The names of files can have every other text.
const zenitySeparator = "//"

var (
	zenity  = command{"zenity", zenityArgs, zenitySeparator}
	kdialog = command{"kdialog", kdialogArgs, "\n"}
)

func (c command) show(ctx context.Context, r Request) ([]string, error) {
	cmd := exec.CommandContext(ctx, c.name, c.args(r)...)
	cmd.WaitDelay = time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	switch exit, ok := errors.AsType[*exec.ExitError](err); {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case ok && exit.ExitCode() == 1 && !strings.Contains(strings.ToLower(said.String()), "open display"):
		return nil, ErrCanceled
	case err != nil:
		return nil, fmt.Errorf("%s: %s", c.name, cmp.Or(strings.TrimSpace(shorten(said.String())), err.Error()))
	}
	return splitPaths(strings.TrimSuffix(string(out), "\n"), c.separator), nil
}

// splitPaths returns the absolute paths in a text.
func splitPaths(text, separator string) []string {
	paths := strings.Split(text, separator+"/")
	for i := 1; i < len(paths); i++ {
		paths[i] = "/" + paths[i]
	}
	return paths
}

func shorten(text string) string { return text[:min(len(text), 500)] }

func zenityArgs(r Request) []string {
	args := []string{"--file-selection", "--title=" + r.title()}
	switch {
	case r.Folder:
		args = append(args, "--directory")
	case r.Save:
		args = append(args, "--save", "--confirm-overwrite")
	}
	if r.Name != "" {
		args = append(args, "--filename="+r.Name)
	}
	if r.Multiple {
		args = append(args, "--multiple", "--separator="+zenitySeparator)
	}
	if len(r.Types) > 0 {
		args = append(args,
			"--file-filter="+typesText(r.Types)+" | "+strings.Join(globs(r.Types), " "),
			"--file-filter="+allFiles+" | *")
	}
	return args
}

func kdialogArgs(r Request) []string {
	folder, err := os.UserHomeDir()
	if err != nil {
		folder = "/"
	}
	args := []string{"--title", r.title()}
	switch {
	case r.Folder:
		return append(args, "--getexistingdirectory", folder)
	case r.Save:
		args = append(args, "--getsavefilename", filepath.Join(folder, r.Name))
	default:
		args = append(args, "--getopenfilename", folder)
	}
	if len(r.Types) > 0 {
		args = append(args, typesText(r.Types)+" ("+strings.Join(globs(r.Types), " ")+")\n"+allFiles+" (*)")
	}
	if r.Multiple {
		args = append(args, "--multiple", "--separate-output")
	}
	return args
}
