package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// staticcheck is a tool at a version: what it finds changes only when we say so.
const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"

// test checks and tests all modules. It goes on after a failure, so that one run
// shows all of them.
func test() error {
	var r testRun
	if err := r.prepare(); err != nil {
		return err
	}
	r.step("gofmt", func() error { return checkFormat(".") })
	for _, dir := range r.modules {
		for _, goos := range []string{"linux", "windows", "darwin"} {
			r.step("go vet for "+goos+in(dir), func() error { return vet(dir, goos) })
		}
		r.step("staticcheck"+in(dir), func() error { return run(dir, nil, "go", "run", staticcheck, "./...") })
	}
	r.test(false)
	return r.end()
}

// A testRun is what one run of the tests has found out so far.
type testRun struct {
	modules []string // the folders of all modules
	failed  []string // steps
	skipped []skip
	proofs  []proof
}

// prepare installs what the tests need.
func (r *testRun) prepare() (err error) {
	fmt.Println("== what the tests need")
	if err := install(testPackages); err != nil {
		fmt.Fprintln(os.Stderr, err) // the tests that miss something are skipped
	}
	r.modules, err = modules(".")
	return err
}

func (r *testRun) step(name string, do func() error) {
	fmt.Println("==", name)
	if err := do(); err != nil {
		fmt.Fprintf(os.Stderr, "FAIL %s: %v\n", name, err)
		r.failed = append(r.failed, name)
	}
}

// test runs the tests of all modules, at their full length if whole.
func (r *testRun) test(whole bool) {
	for _, dir := range r.modules {
		args := []string{"test", "-json"}
		env := os.Environ()
		if whole {
			args = append(args, "-timeout=3h")
			env = append(env, "DIBBLER_PROVE=1")
		}
		if whole || dir != "." {
			// Old results count for nothing: the tests of nested modules look at other
			// processes, which they build from the root module.
			args = append(args, "-count=1")
		}
		switch {
		case dir != ".": // no race is to be found in other processes
		case canRace():
			args = append(args, "-race")
		default:
			r.skipped = append(r.skipped, skip{test: "the race detector", reason: "no C compiler here (Debian packages gcc, libc6-dev)"})
		}
		args = append(args, "./...")
		r.step("go "+strings.Join(args, " ")+in(dir), func() error {
			cmd := exec.Command("go", args...)
			cmd.Dir = dir
			cmd.Env = env
			report, err := showTests(cmd, os.Stdout)
			r.skipped = append(r.skipped, report.skips...)
			r.proofs = append(r.proofs, report.proofs...)
			r.proofs = append(r.proofs, proof{"tests" + in(dir), report.passed + report.failed, report.passed})
			return err
		})
	}
}

// end lists what was skipped, and says what has failed.
func (r *testRun) end() error {
	if missed := reportSkips(r.skipped); missed > 0 && os.Getenv("CI") == "true" {
		r.failed = append(r.failed, fmt.Sprintf("%d skipped tests, with CI=true", missed))
	}
	if r.failed != nil {
		return errors.New("failed: " + strings.Join(r.failed, ", "))
	}
	fmt.Println("all passed")
	return nil
}

// in says which module a step is about.
func in(dir string) string {
	if dir == "." {
		return ""
	}
	return " in " + filepath.ToSlash(dir)
}

// run runs a command with its output shown, in a folder and with some variables
// added to the environment.
func run(dir string, env []string, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func vet(dir, goos string) error {
	return run(dir, []string{"GOOS=" + goos, "CGO_ENABLED=0"}, "go", "vet", "./...")
}

// canRace reports whether the race detector works here: it needs cgo.
func canRace() bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED", "CC").Output()
	if err != nil {
		return false
	}
	enabled, cc, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	compiler := strings.Fields(string(cc)) // with flags, perhaps
	return string(enabled) == "1" && len(compiler) > 0 && found(compiler[0])
}

// reportSkips lists the tests that were skipped, and returns how many of them
// missed something that could have been there.
func reportSkips(skipped []skip) (missed int) {
	if len(skipped) == 0 {
		return 0
	}
	fmt.Println("== skipped")
	for _, s := range skipped {
		fmt.Println(s)
		if !s.inherent() {
			missed++
		}
	}
	return missed
}
