package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The versions of the tools are fixed: what they find changes only when we say so.
const (
	// staticcheck is configured by staticcheck.conf in the root module, which editors
	// follow as well.
	staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"
	govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
)

// lint checks the code of all modules. What the other systems get is vetted in the
// root module, whose code differs between them, or everywhere if whole.
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

// checkVulnerabilities looks up what the programs are made of in Go's list of known
// vulnerabilities. It counts as skipped where it cannot run to its end, as without the
// list.
func (r *testRun) checkVulnerabilities() {
	r.step("govulncheck", func() error {
		dir, err := os.MkdirTemp("", "govulncheck")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		// Not go run, which would hide the exit status.
		if err := run(".", []string{"GOBIN=" + dir}, "go", "install", govulncheck); err != nil {
			return err
		}
		err = run(".", nil, filepath.Join(dir, "govulncheck"), "./...")
		const vulnerable = 3
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() != vulnerable {
			r.skips = append(r.skips, skip{test: "govulncheck", reason: "it did not run to its end, as said above; it needs vuln.go.dev"})
			return nil
		}
		return err
	})
}
