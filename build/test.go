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
	var failed []string
	step := func(name string, do func() error) {
		fmt.Println("==", name)
		if err := do(); err != nil {
			fmt.Fprintf(os.Stderr, "FAIL %s: %v\n", name, err)
			failed = append(failed, name)
		}
	}

	fmt.Println("== what the tests need")
	if err := install(testPackages); err != nil {
		fmt.Fprintln(os.Stderr, err) // the tests that miss something are skipped
	}
	dirs, err := modules(".")
	if err != nil {
		return err
	}
	step("gofmt", func() error { return checkFormat(".") })
	for _, dir := range dirs {
		for _, goos := range []string{"linux", "windows", "darwin"} {
			step("go vet for "+goos+in(dir), func() error { return vet(dir, goos) })
		}
		step("staticcheck"+in(dir), func() error { return run(dir, nil, "go", "run", staticcheck, "./...") })
	}

	var skipped []skip
	goTest := func(dir string, args ...string) {
		args = append(append([]string{"test", "-json"}, args...), "./...")
		step("go "+strings.Join(args, " ")+in(dir), func() error {
			cmd := exec.Command("go", args...)
			cmd.Dir = dir
			skips, err := showTests(cmd, os.Stdout)
			skipped = append(skipped, skips...)
			return err
		})
	}
	for _, dir := range dirs {
		switch {
		case dir != ".":
			// These tests look at other processes, which they build from the root
			// module: no race is here to be found, and no old result counts.
			goTest(dir, "-count=1")
		case canRace():
			goTest(dir, "-race")
		default:
			goTest(dir)
			skipped = append(skipped, skip{test: "the race detector", reason: "no C compiler here (Debian packages gcc, libc6-dev)"})
		}
	}

	missed := reportSkips(skipped)
	if missed > 0 && os.Getenv("CI") == "true" {
		failed = append(failed, fmt.Sprintf("%d skipped tests, with CI=true", missed))
	}
	if failed != nil {
		return errors.New("failed: " + strings.Join(failed, ", "))
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
