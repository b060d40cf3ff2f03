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

// proveTime is how long prove takes at most, on two processors, if fuzzing is cut
// short for it.
const proveTime = 45 * time.Minute

// prove runs all tests at their full length, and fuzzes. It prints a table of what was
// tried, and of how much of that held.
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

// A proof is what a test says that it has tried, and how often that held. See
// package build/e2e/proof.
type proof struct {
	what        string
	tried, held int
}

// parseProof reads a test's attribute.
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

// tableOf makes a table in Markdown. What did not hold stands out.
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

// Fuzz tests run for as long as is left of [proveTime], within these bounds.
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

// fuzzed is what go test says of its progress, as in
//
//	fuzz: elapsed: 1m0s, execs: 12345 (205/sec), new interesting: 6 (total: 90)
var fuzzed = regexp.MustCompile(`execs: (\d+)`)

// fuzzOne runs one fuzz test for a time, or a number of inputs such as 100x, until
// one does not hold. It returns how many it has tried.
func fuzzOne(dir, name, time string) (tried, held int, err error) {
	cmd := exec.Command("go", "test", "-run=^$", "-fuzz=^"+name+"$", "-fuzztime="+time,
		"-fuzzminimizetime=10x") // large inputs take long to minimize
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stdout = io.MultiWriter(os.Stdout, &said)
	cmd.Stderr = os.Stderr
	err = cmd.Run()
	for _, found := range fuzzed.FindAllStringSubmatch(said.String(), -1) {
		tried, _ = strconv.Atoi(found[1]) // digits; too many of them are not to be expected
	}
	if err != nil {
		tried = max(tried, 1) // the seeds are tried before anything is counted
		return tried, tried - 1, err
	}
	if tried == 0 {
		return 0, 0, fmt.Errorf("%s tried nothing", name)
	}
	return tried, tried, nil
}
