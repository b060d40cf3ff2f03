package main

import (
	"fmt"
	"slices"
	"strings"
)

// A skip is a test that did not run.
type skip struct {
	pkg, test, reason string
}

// inherent reports whether the test can never run on this system or for this user,
// whatever is installed. Its reason then begins with "not for", as in "not for root, who
// can write everywhere". Such a skip is listed, but is never a failure, because some
// tests need root and others need another user.
func (s skip) inherent() bool { return strings.HasPrefix(s.reason, "not for ") }

// countMissed counts the skipped tests that would have run on another machine.
func countMissed(skips []skip) (missed int) {
	for _, s := range skips {
		if !s.inherent() {
			missed++
		}
	}
	return missed
}

// listSkips lists the skipped tests by reason, with a line for each top-level test.
func listSkips(skips []skip) string {
	var reasons []string
	tests := map[string][]string{} // by reason
	parts := map[[2]string]int{}   // number of subtests, by reason and test
	for _, s := range skips {
		top, _, within := strings.Cut(s.test, "/")
		name := strings.TrimSpace(shortPackage(s.pkg) + " " + top)
		if !slices.Contains(reasons, s.reason) {
			reasons = append(reasons, s.reason)
		}
		if !slices.Contains(tests[s.reason], name) {
			tests[s.reason] = append(tests[s.reason], name)
		}
		if within {
			parts[[2]string{s.reason, name}]++
		}
	}
	var b strings.Builder
	for _, reason := range reasons {
		fmt.Fprintln(&b, reason)
		for _, name := range tests[reason] {
			if n := parts[[2]string{reason, name}]; n > 0 {
				name += fmt.Sprintf(" (%d of its parts)", n)
			}
			fmt.Fprintf(&b, "    %s\n", name)
		}
	}
	return b.String()
}

// skipReason returns the reason for a skip from the output of the test:
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
