package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The versions of the tools are fixed, so their results do not change by themselves.
const (
	// staticcheck is configured by staticcheck.conf in the root module, like editors.
	staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"
	govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
)

// lint checks the code of all modules. It vets for the other systems as well: all modules
// if whole is true, and otherwise only the root module, which has different code for each
// system.
func (r *testRun) lint(whole bool) {
	r.step("gofmt", func() error { return checkFormat(".") })
	for _, dir := range r.modules {
		r.step("go vet"+in(dir), func() error { return run(dir, nil, "go", "vet", "./...") })
		r.step("staticcheck"+in(dir), func() error { return run(dir, nil, "go", "run", staticcheck, "./...") })
	}
	for _, dir := range r.modules {
		for _, goos := range []string{"linux", "windows", "darwin"} {
			if goos == runtime.GOOS || dir != "." && !whole {
				continue
			}
			env := []string{"GOOS=" + goos, "CGO_ENABLED=0"}
			r.step("go vet for "+goos+in(dir), func() error { return run(dir, env, "go", "vet", "./...") })
		}
	}
}

// checkVulnerabilities looks up the programs' dependencies in Go's database of known
// vulnerabilities. It counts as skipped if it cannot finish, for example without the
// database.
func (r *testRun) checkVulnerabilities() {
	r.step("govulncheck", func() error {
		dir, err := os.MkdirTemp("", "govulncheck")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		// go run would hide the exit status.
		if err := run(".", []string{"GOBIN=" + dir}, "go", "install", govulncheck); err != nil {
			return err
		}
		err = run(".", nil, filepath.Join(dir, "govulncheck"), "./...")
		const vulnerable = 3
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() != vulnerable {
			r.skips = append(r.skips, skip{test: "govulncheck", reason: "it did not finish (see above); it needs vuln.go.dev"})
			return nil
		}
		return err
	})
}
