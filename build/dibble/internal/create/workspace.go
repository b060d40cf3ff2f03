package create

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A goEnv is the output of go env in a folder, which includes variables set by go env -w.
type goEnv struct{ GO111MODULE, GOFLAGS, GOWORK string }

func readGoEnv(ctx context.Context, dir string) (env goEnv, err error) {
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GO111MODULE", "GOFLAGS", "GOWORK")
	cmd.Dir = dir
	out, err := output(cmd)
	if err != nil {
		return env, err
	}
	return env, json.Unmarshal(out, &env)
}

// check returns an error if go commands cannot work in a new module with these variables.
func (env goEnv) check() error {
	unset := func(name, because string) error {
		return fmt.Errorf("%s: unset %s, or run go env -u %[2]s, and try again", because, name)
	}
	if env.GO111MODULE == "off" {
		return unset("GO111MODULE", "the variable GO111MODULE is off, but a tool is a module")
	}
	for flag := range strings.FieldsSeq(env.GOFLAGS) {
		flag = strings.TrimLeft(flag, `'"-`)
		if strings.HasPrefix(flag, "mod=vendor") || strings.HasPrefix(flag, "modfile=") {
			return unset("GOFLAGS", fmt.Sprintf("the variable GOFLAGS is %q, which is for another module, so the tool would not build", env.GOFLAGS))
		}
	}
	if os.Getenv("GOWORK") != "" && env.GOWORK != "off" {
		return unset("GOWORK", fmt.Sprintf("the variable GOWORK is %s, a workspace without the tool", env.GOWORK))
	}
	return nil
}

// workspace returns a go.work file for a tool in dir, if there is another one above it,
// which the go command would use for the tool. Otherwise it returns nil.
func (env goEnv) workspace(dir, goVersion string) []byte {
	if env.GOWORK == "" || env.GOWORK == "off" {
		return nil
	}
	above, err := filepath.Rel(dir, env.GOWORK)
	if err != nil {
		above = env.GOWORK
	}
	return fmt.Appendf(nil, "// Without this file, Go would look for the tool in %s.\ngo %s\n\nuse .\n", filepath.ToSlash(above), goVersion)
}
