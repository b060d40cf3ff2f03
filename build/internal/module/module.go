// Package module finds the code of this module, in a checkout or in the module cache.
package module

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// Path is the path of this module.
const Path = "github.com/dibbler-app/dibbler"

// A Source is the origin of this module's code. One field is set.
type Source struct {
	Dir     string // the folder of a checkout, absolute
	Version string // a published version, such as v0.2.0
}

// Own returns the source from which the running program was built.
func Own(ctx context.Context) (Source, error) {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return Source{}, errors.New("this program was built without modules: run it with go run or go tool")
	}
	if version := published(build); version != "" {
		return Source{Version: version}, nil
	}
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) { // not with -trimpath
		dir := filepath.Join(filepath.Dir(file), "..", "..", "..")
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return Source{Dir: dir}, nil
		}
	}
	s, err := Used(ctx, ".")
	if err != nil {
		return Source{}, fmt.Errorf("the checkout of this program was not found: run it there, with go run ./build/dibble: %w", err)
	}
	return s, nil
}

// published returns the version of this module in a program, or "" if the program was
// built from a checkout.
func published(build *debug.BuildInfo) string {
	if build.Main.Path == Path {
		// A program from a checkout has no sum, but may have the version of a tag.
		if build.Main.Sum != "" {
			return build.Main.Version
		}
		return ""
	}
	for _, m := range build.Deps {
		if m.Path == Path && m.Replace == nil && m.Sum != "" {
			return m.Version
		}
	}
	return ""
}

// Used returns the source that the module in the folder dir uses: its own folder, if it
// is this module.
func Used(ctx context.Context, dir string) (Source, error) {
	type module struct {
		Dir, Path, Version string
		Main               bool
		Replace            *module
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "list", "-mod=readonly", "-m", "-json", Path)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return Source{}, notUsed(err, strings.TrimSpace(stderr.String()))
	}
	var m module
	if err := json.Unmarshal(stdout.Bytes(), &m); err != nil {
		return Source{}, fmt.Errorf("go list -m -json: %w", err)
	}
	switch {
	case m.Main:
		return Source{Dir: m.Dir}, nil
	case m.Replace == nil:
		return Source{Version: m.Version}, nil
	case m.Replace.Version != "":
		return Source{}, fmt.Errorf("go.mod replaces %s with %s %s: replace it with the folder of a checkout, or remove the line", Path, m.Replace.Path, m.Replace.Version)
	}
	return Source{Dir: m.Replace.Dir}, nil
}

// notUsed explains an error of go list.
func notUsed(err error, said string) error {
	switch {
	case strings.Contains(said, "go.mod file not found"):
		return errors.New("there is no go.mod: run this in the tool's folder")
	case strings.Contains(said, "not a known dependency"):
		return fmt.Errorf("this module does not use Dibbler: run this in the tool's folder, or get Dibbler with: go get %s", Path)
	}
	return fmt.Errorf("go list -m %s: %w\n%s\n%s", Path, err, said, Offline(said))
}
