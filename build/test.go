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

// test runs the tests of all modules, and then the linters. It continues after a failure,
// so that one run shows all failures.
func test() error {
	r, err := newTestRun(testPackages)
	if err != nil {
		return err
	}
	r.test("-timeout=20m") // even on a busy machine, only a test that hangs takes so long
	r.lint(false)
	return r.end()
}

// A testRun is a run of test or prove, with its results so far.
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
		fmt.Fprintln(os.Stderr, err) // tests whose programs are missing are skipped
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

// test runs the tests of all modules, with these flags of go test.
func (r *testRun) test(flags ...string) {
	for _, dir := range r.modules {
		args := append([]string{"test", "-json"}, flags...)
		switch {
		case dir != ".":
			// Do not use cached results: the tests of nested modules run other processes,
			// which they build from the root module. The race detector would not find
			// races in those. The tests mostly wait for them, so more packages than
			// processors can be tested at once.
			args = append(args, "-count=1", "-p=4")
		case canRace():
			args = append(args, "-race")
		default:
			r.skips = append(r.skips, skip{test: "the race detector", reason: "no C compiler is installed (Debian packages gcc, libc6-dev)"})
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

// end prints the slowest tests, the skipped tests and the failures.
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

// in returns a suffix for the name of a step in the module in dir.
func in(dir string) string {
	if dir == "." {
		return ""
	}
	return " in " + filepath.ToSlash(dir)
}

// run runs a command in a folder, with variables added to the environment. It shows the
// output.
func run(dir string, env []string, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// canRace reports whether the race detector works, which needs cgo.
func canRace() bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED", "CC").Output()
	if err != nil {
		return false
	}
	enabled, cc, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	compiler := strings.Fields(string(cc)) // flags may follow
	return string(enabled) == "1" && len(compiler) > 0 && found(compiler[0])
}
