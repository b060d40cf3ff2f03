package dev

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// goCommand returns a go command for a folder. When ctx is done, the command is
// interrupted. It ends after the compilers that it has started.
func goCommand(ctx context.Context, folder string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = folder
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil { // Windows has no interrupts
			return cmd.Process.Kill()
		}
		return nil
	}
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// A result is the result of a build or of go vet.
type result struct {
	program  string   // the built program
	sources  *sources // the current sources of the tool; nil if they were not read
	problems string   // the problems that were found
	took     time.Duration
	err      error // why the command could not run
}

// build makes a folder and builds the tool into it. The tool reads files beside its
// source files, so their paths must not be trimmed. To save time, the program has no
// debug information and no commit.
func build(ctx context.Context, s *sources, folder string) result {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return result{err: err}
	}
	begin := time.Now()
	output, err := goOutput(goCommand(ctx, s.root, "build", "-trimpath=false", "-buildvcs=false", "-ldflags=-w", "-o", folder+string(filepath.Separator), s.pattern()))
	if output != "" || err != nil {
		return result{problems: output, err: err}
	}
	files, err := os.ReadDir(folder)
	if err == nil && len(files) != 1 {
		err = fmt.Errorf("%s has %d files after the build", folder, len(files))
	}
	if err != nil {
		return result{err: err}
	}
	return result{program: filepath.Join(folder, files[0].Name()), took: time.Since(begin)}
}

// vet runs go vet on the packages of the tool's module that the main package in a folder
// depends on. It also returns the current sources.
func vet(ctx context.Context, main string) result {
	s, err := readSources(ctx, main)
	if err != nil {
		return result{err: err}
	}
	args := []string{"vet"}
	for _, p := range s.packages {
		if p.vetted {
			args = append(args, p.path)
		}
	}
	output, err := goOutput(goCommand(ctx, s.root, args...))
	return result{sources: s, problems: output, err: err}
}

// pattern returns the main package relative to the module's folder, so that errors have
// the file names that editors show.
func (s *sources) pattern() string {
	rel, err := filepath.Rel(s.root, s.main)
	if err != nil {
		return s.main
	}
	if rel == "." {
		return rel
	}
	return "./" + filepath.ToSlash(rel)
}

// goOutput runs a go command and returns the problems that it finds, without lines that
// have only the name of a package.
func goOutput(cmd *exec.Cmd) (problems string, err error) {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err = cmd.Run()
	if err == nil {
		return "", nil
	}
	if _, ok := errors.AsType[*exec.ExitError](err); !ok || strings.TrimSpace(output.String()) == "" {
		return "", fmt.Errorf("%s: %w", cmd, err)
	}
	var lines []string
	for line := range strings.Lines(output.String()) {
		if !strings.HasPrefix(line, "# ") {
			lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(line, "vet: "), "."+string(filepath.Separator)))
		}
	}
	return strings.Join(lines, ""), nil
}

// removeBuilds removes programs that are no longer needed.
func (s *session) removeBuilds() {
	folders, err := os.ReadDir(s.builds)
	for _, folder := range folders {
		path := filepath.Join(s.builds, folder.Name())
		if path != filepath.Dir(s.child.program) && folder.Name() != fmt.Sprint(s.number) {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	if err != nil {
		s.say("%v", err)
	}
}

// sameFile reports whether two files have the same content.
func sameFile(a, b string) bool {
	x, err1 := os.ReadFile(a)
	y, err2 := os.ReadFile(b)
	return errors.Join(err1, err2) == nil && string(x) == string(y)
}
