package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// test runs the tests of all modules, and then checks the code itself. It goes on
// after a failure, so that one run shows all of them.
func test() error {
	r, err := newTestRun(testPackages)
	if err != nil {
		return err
	}
	r.test("-timeout=20m") // only what hangs takes so long, on the busiest machine too
	r.lint(false)
	return r.end()
}

// A testRun is one run of test or prove, and what it has found out so far.
type testRun struct {
	begun       time.Time
	modules     []string // the folders of all modules
	failedSteps []string
	report
}

// newTestRun installs what the tests need.
func newTestRun(packages []debianPackage) (*testRun, error) {
	r := &testRun{begun: time.Now()}
	r.say("what the tests need")
	if err := install(packages); err != nil {
		fmt.Fprintln(os.Stderr, err) // the tests that miss something are skipped
	}
	var err error
	r.modules, err = modules(".")
	return r, err
}

// say prints the heading of a step, with the time since the start.
func (r *testRun) say(heading string) {
	fmt.Printf("== %v %s\n", time.Since(r.begun).Round(time.Second), heading)
}

func (r *testRun) step(name string, do func() error) {
	r.say(name)
	if err := do(); err != nil {
		fmt.Printf("FAIL\t%s: %v\n", name, err)
		r.failedSteps = append(r.failedSteps, name)
	}
}

// test runs the tests of all modules. Flags are those of go test.
func (r *testRun) test(flags ...string) {
	for _, dir := range r.modules {
		args := append([]string{"test", "-json"}, flags...)
		switch {
		case dir != ".":
			// Old results count for nothing: the tests of nested modules look at other
			// processes, which they build from the root module. No race is to be found
			// in those. They mostly wait for them, so that more packages than there are
			// processors may be tested at a time.
			args = append(args, "-count=1", "-p=4")
		case canRace():
			args = append(args, "-race")
		default:
			r.skips = append(r.skips, skip{test: "the race detector", reason: "no C compiler here (Debian packages gcc, libc6-dev)"})
		}
		args = append(args, "./...")
		r.step("go "+strings.Join(args, " ")+in(dir), func() error {
			cmd := exec.Command("go", args...)
			cmd.Dir = dir
			found, err := showTests(cmd, os.Stdout)
			r.add(found, "tests"+in(dir))
			return err
		})
	}
}

// end tells what took longest, what was skipped and what has failed.
func (r *testRun) end() error {
	r.say("the slowest tests")
	slices.SortStableFunc(r.times, func(a, b timed) int { return int(b.took - a.took) })
	for _, t := range r.times[:min(10, len(r.times))] {
		fmt.Printf("%8.2fs  %s %s\n", t.took.Seconds(), shortPackage(t.pkg), t.test)
	}
	if len(r.skips) > 0 {
		r.say("skipped")
		fmt.Print(listSkips(r.skips))
	}
	if missed := countMissed(r.skips); missed > 0 && os.Getenv("CI") == "true" {
		r.failedSteps = append(r.failedSteps, fmt.Sprintf("%d skipped tests, with CI=true", missed))
	}
	r.say(fmt.Sprintf("%d tests passed, %d failed, %d skipped", r.passed, r.failed, len(r.skips)))
	if r.failedSteps != nil {
		fmt.Println("FAIL")
		return fmt.Errorf("failed: %s", strings.Join(r.failedSteps, ", "))
	}
	fmt.Println("PASS")
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
