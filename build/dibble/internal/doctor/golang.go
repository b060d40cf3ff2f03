package doctor

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// goTool finds the go command, and checks that it is new enough for the module in dir.
func goTool(ctx context.Context, dir string) (finding, error) {
	f := finding{target: "tools for this machine", vital: true}
	wanted, err := wantedGo(dir)
	if err != nil {
		return f, err
	}
	got := goEnv(ctx, "GOVERSION")
	switch {
	case got == "":
		f.details = "no go command: get Go from https://go.dev/dl/"
	case wanted != "" && version.Compare(got, wanted) < 0:
		f.details = fmt.Sprintf("%s is too old, and go.mod requires %s: get it from https://go.dev/dl/", got, wanted)
	default:
		f.ok, f.details = true, got
	}
	return f, nil
}

// goEnv returns a setting of the installed go command, or "" if there is none.
func goEnv(ctx context.Context, name string) string {
	cmd := exec.CommandContext(ctx, "go", "env", name)
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local") // ignore the toolchain of go.mod
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

var goLine = regexp.MustCompile(`(?m)^go[ \t]+([0-9.a-z]+)`)

// wantedGo returns the version of Go that the module around dir requires, such as go1.26.0,
// or "" if there is no module.
func wantedGo(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		line := goLine.FindSubmatch(mod)
		parent := filepath.Dir(dir)
		switch {
		case line != nil:
			return "go" + string(line[1]), nil
		case err == nil || errors.Is(err, fs.ErrNotExist) && parent == dir:
			return "", nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
		dir = parent
	}
}
