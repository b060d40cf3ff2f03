package create

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dibbler-app/dibbler/build/internal/module"
)

// A library is Dibbler's root module as a dependency of a tool.
type library struct {
	goVersion string
	requires  []required
	sums      []string // lines of its go.sum, and lines for the library itself
	version   string   // v0.0.0 if it is replaced
	replace   string   // the folder of a checkout, absolute; empty for a published version
}

// A required module is a line of a go.mod file.
type required struct{ Path, Version string }

// readLibrary reads the go.mod and go.sum files of source.
func readLibrary(ctx context.Context, source module.Source) (lib library, err error) {
	dir := source.Dir
	lib.version, lib.replace = "v0.0.0", dir
	if source.Version != "" {
		lib.version = source.Version
		// The network is not needed, because this program was built from the module.
		got, err := module.Get(ctx, module.Path, source.Version)
		if err != nil {
			return lib, err
		}
		dir = got.Dir
		lib.sums = []string{
			fmt.Sprintf("%s %s %s\n", module.Path, source.Version, got.Sum),
			fmt.Sprintf("%s %s/go.mod %s\n", module.Path, source.Version, got.GoModSum),
		}
	}
	out, err := output(exec.CommandContext(ctx, "go", "mod", "edit", "-json", filepath.Join(dir, "go.mod")))
	if err != nil {
		return lib, err
	}
	var mod struct {
		Go      string
		Require []required
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		return lib, fmt.Errorf("go mod edit -json: %w", err)
	}
	lib.goVersion = mod.Go
	// goleak is only for the library's own tests.
	lib.requires = slices.DeleteFunc(mod.Require, func(r required) bool { return r.Path == "go.uber.org/goleak" })
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	lib.sums = append(lib.sums, strings.SplitAfter(string(sums), "\n")...)
	return lib, err
}

// output runs a command and returns its output, or an error with the output.
func output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, exit.Stderr, out)
	}
	return out, err
}

// goMod returns the go.mod file of a tool. own has the lines of the template. The file
// also has the requirements of the library, so the go command need not add them.
func (lib library) goMod(name, dir string, own []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "module example.com/%s\n\ngo %s\n\ntool %s/build/dibble\n\n", name, lib.goVersion, module.Path)
	fmt.Fprintf(&b, "require %s %s\n\n", module.Path, lib.version)
	if len(own) > 0 {
		fmt.Fprintf(&b, "%s\n", own)
	}
	b.WriteString("require (\n")
	slices.SortFunc(lib.requires, func(a, b required) int { return strings.Compare(a.Path, b.Path) })
	for _, r := range lib.requires {
		fmt.Fprintf(&b, "\t%s %s // indirect\n", r.Path, r.Version)
	}
	b.WriteString(")\n")
	if lib.replace != "" {
		to, err := filepath.Rel(dir, lib.replace)
		if err != nil { // another drive
			to = lib.replace
		}
		fmt.Fprintf(&b, "\nreplace %s => %s\n", module.Path, quoted(filepath.ToSlash(to)))
	}
	return b.Bytes()
}

// quoted returns path, in quotes if a go.mod file needs them.
func quoted(path string) string {
	odd := func(r rune) bool { return strings.ContainsRune(" \"'`()[]{},", r) || !unicode.IsPrint(r) }
	if strings.ContainsFunc(path, odd) || strings.Contains(path, "//") || strings.Contains(path, "/*") {
		return strconv.Quote(path)
	}
	return path
}

// goSum returns the go.sum file of a tool. own is the go.sum file of the template.
func (lib library) goSum(own []byte) []byte {
	lines := append(strings.SplitAfter(string(own), "\n"), lib.sums...)
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), ""))
}
