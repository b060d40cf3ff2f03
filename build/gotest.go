package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// An event is a line of go test -json; see go doc test2json.
type event struct {
	Action     string
	Package    string
	Test       string
	Output     string
	Elapsed    float64 // in seconds, at the end of a test or package
	Key, Value string  // an attribute
}

// A report is a summary of test results.
type report struct {
	passed, failed int // without subtests; a package that crashes counts as one
	skips          []skip
	proofs         []proof
	times          []timed
}

// A timed is the time of a top-level test.
type timed struct {
	pkg, test string
	took      time.Duration
}

// add adds the results of another run of go test, and a proof with the number of its
// tests.
func (r *report) add(other report, tests string) {
	r.passed += other.passed
	r.failed += other.failed
	r.skips = append(r.skips, other.skips...)
	r.times = append(r.times, other.times...)
	r.proofs = append(append(r.proofs, other.proofs...), proof{tests, other.passed + other.failed, other.passed})
}

// quietTime is the time without output after which the running tests are printed.
const quietTime = 15 * time.Second

// showTests runs a go test -json command and writes to w the output that it would have
// without -json, and from time to time the running tests.
func showTests(cmd *exec.Cmd, w io.Writer) (report, error) {
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return report{}, err
	}
	if err := cmd.Start(); err != nil {
		return report{}, err
	}
	events, decoded := make(chan event), make(chan error, 1)
	go func() {
		defer close(events)
		decoded <- decodeEvents(stdout, events)
	}()
	r := reader{w: w, outputs: make(map[string]*output)}
	r.handleAll(events)
	if err := <-decoded; err != nil {
		cmd.Process.Kill()
		return report{}, errors.Join(fmt.Errorf("go test -json: %w", err), cmd.Wait())
	}
	return r.report, cmd.Wait()
}

func decodeEvents(from io.Reader, to chan<- event) error {
	decoder := json.NewDecoder(from)
	for {
		var e event
		if err := decoder.Decode(&e); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		to <- e
	}
}

// A reader converts events to output for people.
type reader struct {
	w       io.Writer
	outputs map[string]*output // by package, while it is tested
	report
}

// An output is the output of a package's tests.
type output struct {
	own    strings.Builder             // not from a test
	tests  map[string]*strings.Builder // from tests that have not ended
	bad    bool                        // whether a test has failed
	proofs []proof
	order  []string // the tests in the order of their starts
}

// handleAll handles events until the channel is closed.
func (r *reader) handleAll(events <-chan event) {
	begun := time.Now()
	quiet := time.NewTicker(quietTime)
	defer quiet.Stop()
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return
			}
			if r.handle(e); e.Test == "" && e.Action != "output" {
				quiet.Reset(quietTime)
			}
		case <-quiet.C:
			fmt.Fprintf(r.w, "... %v %s\n", time.Since(begun).Round(time.Second), r.running())
		}
	}
}

// running returns the names of the running tests.
func (r *reader) running() string {
	var names []string
	for pkg, out := range r.outputs {
		for test := range out.tests {
			if !strings.Contains(test, "/") {
				names = append(names, shortPackage(pkg)+" "+test)
			}
		}
	}
	if names == nil {
		return "building"
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// shortPackage returns the path of a package relative to the project's folder.
func shortPackage(path string) string {
	return strings.TrimPrefix(path, "github.com/dibbler-app/dibbler/")
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

// prove adds a proof, or adds its numbers to an earlier proof with the same name.
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
	if !within {
		r.times = append(r.times, timed{e.Package, e.Test, time.Duration(e.Elapsed * float64(time.Second))})
	}
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
	r.proofs = append(r.proofs, out.proofs...) // keep the proofs of a package together
	if e.Action != "fail" {
		for line := range strings.Lines(out.own.String()) {
			if strings.HasPrefix(line, "ok  ") {
				io.WriteString(r.w, line)
			}
		}
		return
	}
	if !out.bad { // the package does not build, or has crashed
		r.failed++
	}
	for _, name := range out.order { // tests that had not ended when the package crashed
		if test := out.tests[name]; test != nil {
			io.WriteString(r.w, test.String())
		}
	}
	io.WriteString(r.w, out.own.String())
}
