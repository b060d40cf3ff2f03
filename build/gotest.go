package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A skip is a test that did not run.
type skip struct {
	pkg, test, reason string
}

func (s skip) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s", s.pkg, s.test, s.reason))
}

// inherent reports whether the test has nothing to test on a machine or for a user
// like this, whatever is installed. Its reason then begins with "not for", as in
// "not for root: it can write everywhere". Such a skip is listed, and is never a
// failure: some tests are for root alone, and some for everybody else.
func (s skip) inherent() bool { return strings.HasPrefix(s.reason, "not for ") }

// An event is a line of go test -json; see go doc test2json.
type event struct {
	Action     string
	Package    string
	Test       string
	Output     string
	Key, Value string // of an attribute
}

// A report is what there is to tell of tests beside what they write.
type report struct {
	passed, failed int // how many: tests within tests not counted, a package that crashed as one
	skips          []skip
	proofs         []proof
}

// showTests runs a go test -json command and writes to w what it would have
// written without -json.
func showTests(cmd *exec.Cmd, w io.Writer) (report, error) {
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return report{}, err
	}
	if err := cmd.Start(); err != nil {
		return report{}, err
	}
	r := reader{w: w, outputs: make(map[string]*output)}
	decoder := json.NewDecoder(stdout)
	for {
		var e event
		if err := decoder.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			cmd.Process.Kill()
			return report{}, errors.Join(fmt.Errorf("go test -json: %w", err), cmd.Wait())
		}
		r.handle(e)
	}
	return r.report, cmd.Wait()
}

// A reader turns events into what people read.
type reader struct {
	w       io.Writer
	outputs map[string]*output // of the packages under test
	report
}

// An output is what a package's tests have written.
type output struct {
	own    strings.Builder             // no test's
	tests  map[string]*strings.Builder // those that have not ended
	bad    bool                        // one has failed
	proofs []proof
	order  []string // of their starts
}

func (r *reader) handle(e event) {
	if e.Action == "build-output" {
		io.WriteString(r.w, e.Output)
		return
	}
	out := r.outputs[e.Package]
	if out == nil {
		out = &output{tests: make(map[string]*strings.Builder)}
		r.outputs[e.Package] = out
	}
	switch e.Action {
	case "run":
		out.tests[e.Test] = new(strings.Builder)
		out.order = append(out.order, e.Test)
	case "output":
		out.write(e)
	case "attr":
		if p, ok := parseProof(e.Key, e.Value); ok {
			out.prove(p)
		}
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e, out)
		} else {
			r.endTest(e, out)
		}
	}
}

// prove adds a proof, or adds it up with another one of the same thing.
func (o *output) prove(p proof) {
	for i := range o.proofs {
		if same := &o.proofs[i]; same.what == p.what {
			same.tried += p.tried
			same.held += p.held
			return
		}
	}
	o.proofs = append(o.proofs, p)
}

func (o *output) write(e event) {
	if test := o.tests[e.Test]; test != nil {
		if !strings.HasPrefix(e.Output, "=== ") {
			test.WriteString(e.Output)
		}
		return
	}
	o.own.WriteString(e.Output)
}

func (r *reader) endTest(e event, out *output) {
	said := out.tests[e.Test].String()
	delete(out.tests, e.Test)
	within := strings.Contains(e.Test, "/")
	switch e.Action {
	case "pass":
		if !within {
			r.passed++
		}
	case "fail":
		io.WriteString(r.w, said)
		out.bad = true
		if !within {
			r.failed++
		}
	case "skip":
		r.skips = append(r.skips, skip{e.Package, e.Test, skipReason(said)})
	}
}

func (r *reader) endPackage(e event, out *output) {
	delete(r.outputs, e.Package)
	r.proofs = append(r.proofs, out.proofs...) // those of a package together
	if e.Action != "fail" {
		for line := range strings.Lines(out.own.String()) {
			if strings.HasPrefix(line, "ok  ") {
				io.WriteString(r.w, line)
			}
		}
		return
	}
	if !out.bad { // it does not build, or it crashed
		r.failed++
	}
	for _, name := range out.order { // what had not ended when the package crashed
		if test := out.tests[name]; test != nil {
			io.WriteString(r.w, test.String())
		}
	}
	io.WriteString(r.w, out.own.String())
}

// skipReason finds in a test's output what it said when it was skipped:
//
//	    file_test.go:12: no screen here
//	--- SKIP: TestScreen (0.00s)
func skipReason(said string) string {
	reason := "no reason given"
	for line := range strings.Lines(said) {
		if _, text, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok {
			_, text, _ = strings.Cut(text, ": ")
			reason = text
		}
	}
	return reason
}
