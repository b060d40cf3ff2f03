package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// proveTime is the maximum time of prove, on two processors. Fuzzing is shortened if
// necessary.
const proveTime = 45 * time.Minute

// prove runs all tests at full length, and fuzzes. It prints a table of the proofs: what
// was tried, how often, and how often it held.
func prove() error {
	r, err := newTestRun(slices.Concat(testPackages, provePackages))
	if err != nil {
		return err
	}
	if err := os.Setenv("DIBBLER_PROVE", "1"); err != nil { // see package build/e2e/proof
		return err
	}
	r.test(fmt.Sprintf("-timeout=%v", proveTime))
	r.lint(true)
	r.checkVulnerabilities()
	r.fuzz()
	fmt.Printf("== what held\n%s", tableOf(r.proofs))
	return r.end()
}

// A proof says what a test has tried, how often, and how often it held. See package
// build/e2e/proof.
type proof struct {
	what        string
	tried, held int
}

// parseProof parses an attribute of a test.
func parseProof(key, value string) (p proof, ok bool) {
	if key != "proof" {
		return proof{}, false
	}
	n, err := fmt.Sscanf(value, "%d %d", &p.tried, &p.held)
	if fields := strings.SplitN(value, " ", 3); err == nil && n == 2 && len(fields) == 3 {
		p.what = fields[2]
		return p, true
	}
	return proof{}, false
}

// tableOf returns a Markdown table. Failures are bold.
func tableOf(proofs []proof) string {
	var b strings.Builder
	b.WriteString("| What | Tried | Held |\n|---|--:|--:|\n")
	for _, p := range proofs {
		held := strconv.Itoa(p.held)
		if p.held != p.tried {
			held = "**" + held + "**"
		}
		fmt.Fprintf(&b, "| %s | %d | %s |\n", strings.ReplaceAll(p.what, "|", `\|`), p.tried, held)
	}
	return b.String()
}

// Fuzz tests share the rest of [proveTime], with these limits for each.
const (
	leastFuzzTime = 10 * time.Second
	mostFuzzTime  = 2 * time.Minute
)

// fuzz runs each fuzz test of the root module for a while.
func (r *testRun) fuzz() {
	list, err := exec.Command("go", "list", "-f", "{{.Dir}}", "./...").Output()
	if err != nil {
		r.failedSteps = append(r.failedSteps, "go list")
		return
	}
	type fuzzTest struct{ dir, name string }
	var tests []fuzzTest
	for dir := range strings.Lines(string(list)) {
		dir = strings.TrimSpace(dir)
		names, err := fuzzTests(dir)
		if err != nil {
			r.failedSteps = append(r.failedSteps, "fuzz tests in "+dir)
		}
		for _, name := range names {
			tests = append(tests, fuzzTest{dir, name})
		}
	}
	for i, test := range tests {
		left := (proveTime - time.Since(r.begun)) / time.Duration(len(tests)-i)
		d := min(max(left, leastFuzzTime), mostFuzzTime).Round(time.Second)
		r.step(fmt.Sprintf("fuzzing %s for %v", test.name, d), func() error {
			tried, held, err := fuzzOne(test.dir, test.name, d.String())
			r.proofs = append(r.proofs, proof{"inputs made up by " + test.name, tried, held})
			return err
		})
	}
}

// fuzzTests lists the fuzz tests of the package in a folder.
func fuzzTests(dir string) (names []string, err error) {
	cmd := exec.Command("go", "test", "-list=^Fuzz", ".")
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	for line := range strings.Lines(string(out)) {
		if name := strings.TrimSpace(line); strings.HasPrefix(name, "Fuzz") {
			names = append(names, name)
		}
	}
	return names, err
}

// fuzzed matches the progress in the output of go test, as in
//
//	fuzz: elapsed: 1m0s, execs: 12345 (205/sec), new interesting: 6 (total: 90)
var fuzzed = regexp.MustCompile(`execs: (\d+)`)

// fuzzOne runs a fuzz test for a time or a number of inputs, such as 100x, or until an
// input fails. It returns how many inputs it has tried, and how many passed.
func fuzzOne(dir, name, time string) (tried, held int, err error) {
	cmd := exec.Command("go", "test", "-run=^$", "-fuzz=^"+name+"$", "-fuzztime="+time,
		"-fuzzminimizetime=10x") // large inputs take long to minimize
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stdout = io.MultiWriter(os.Stdout, &said)
	cmd.Stderr = os.Stderr
	err = cmd.Run()
	for _, found := range fuzzed.FindAllStringSubmatch(said.String(), -1) {
		tried, _ = strconv.Atoi(found[1]) // digits, and never too many
	}
	if err != nil {
		tried = max(tried, 1) // the seeds are not counted
		return tried, tried - 1, err
	}
	if tried == 0 {
		return 0, 0, fmt.Errorf("%s tried nothing", name)
	}
	return tried, tried, nil
}
