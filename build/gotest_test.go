package main

import (
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// showTestsOf runs the real go test on a module with one package per file.
func showTestsOf(t *testing.T, files map[string]string) (text string, r report, err error) {
	t.Helper()
	files["go.mod"] = "module m\n\ngo 1.26\n"
	cmd := exec.Command("go", "test", "-json", "./...")
	cmd.Dir = tree(t, files)
	var b strings.Builder
	r, err = showTests(cmd, &b)
	return b.String(), r, err
}

func TestShowTests_pass(t *testing.T) {
	text, r, err := showTestsOf(t, map[string]string{
		"a/a_test.go": `package a
import ("fmt"; "testing")
func TestA(t *testing.T) { t.Log("quiet"); fmt.Println("quiet too"); t.Run("sub", func(t *testing.T) { t.Log("quiet") }) }
`,
		"b/b_test.go": "package b\nimport \"testing\"\nfunc TestB(t *testing.T) {}\n",
		"c/c.go":      "package c\n",
	})
	if err != nil || r.skips != nil || r.passed != 2 || r.failed != 0 {
		t.Fatalf("%v, %+v\n%s", err, r, text)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(lines) // packages are shown in the order of their ends
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "ok  \tm/a\t") || !strings.HasPrefix(lines[1], "ok  \tm/b\t") {
		t.Errorf("shown:\n%s", text)
	}
}

func TestShowTests_fail(t *testing.T) {
	for name, test := range map[string]struct {
		file string
		want []string // texts of the output, in this order
		not  string
	}{
		"failed test": {
			`func TestGood(t *testing.T) { t.Log("quiet") }
func TestBad(t *testing.T) { t.Run("sub", func(t *testing.T) { t.Error("because") }) }`,
			[]string{"because", "--- FAIL: TestBad/sub", "--- FAIL: TestBad", "FAIL\tm/a"}, "quiet",
		},
		"panic": {
			`func TestBad(t *testing.T) { t.Log("before"); panic("because") }`,
			[]string{"before", "panic: because", "a_test.go:", "FAIL\tm/a"}, "nothing",
		},
		"exit": {
			`func TestBad(t *testing.T) { println("because"); os.Exit(3) }`,
			[]string{"because", "FAIL\tm/a"}, "nothing",
		},
		"build": {
			`func TestBad(t *testing.T) { missing() }`,
			[]string{"undefined: missing", "FAIL\tm/a [build failed]"}, "nothing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			text, r, err := showTestsOf(t, map[string]string{
				"a/a_test.go": "package a\nimport (\"os\"; \"testing\")\nvar _ = os.Exit\n" + test.file + "\n",
			})
			if err == nil || r.failed != 1 {
				t.Errorf("%v, %d failed", err, r.failed)
			}
			rest := text
			for _, want := range test.want {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Fatalf("no %q, or in the wrong order, in:\n%s", want, text)
				}
				rest = after
			}
			if strings.Contains(text, test.not) || strings.Contains(text, "=== ") {
				t.Errorf("the output has too much:\n%s", text)
			}
		})
	}
}

func TestShowTests_skip(t *testing.T) {
	_, r, err := showTestsOf(t, map[string]string{
		"a/a_test.go": `package a
import "testing"
func TestScreen(t *testing.T) { t.Log("looking: here"); t.Skip("no screen: none") }
func TestSub(t *testing.T) { t.Run("x", func(t *testing.T) { t.Skip("not for root: all is allowed") }) }
func TestSilent(t *testing.T) { t.SkipNow() }
func TestGood(t *testing.T) {}
`,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []skip{
		{"m/a", "TestScreen", "no screen: none"},
		{"m/a", "TestSub/x", "not for root: all is allowed"},
		{"m/a", "TestSilent", "no reason given"},
	}
	if !slices.Equal(r.skips, want) {
		t.Errorf("skipped %q, want %q", r.skips, want)
	}
}

func TestReader_running(t *testing.T) {
	r := reader{w: io.Discard, outputs: make(map[string]*output)}
	if got := r.running(); got != "building" {
		t.Errorf("before the first: %q", got)
	}
	const pkg = "github.com/dibbler-app/dibbler/tray"
	for _, e := range []event{
		{Action: "run", Package: pkg, Test: "TestIcon"},
		{Action: "pass", Package: pkg, Test: "TestIcon", Elapsed: 1.5},
		{Action: "run", Package: "m/a", Test: "TestZ"},
		{Action: "run", Package: pkg, Test: "TestMenu"},
		{Action: "run", Package: pkg, Test: "TestMenu/click"},
		{Action: "pass", Package: pkg, Test: "TestMenu/click", Elapsed: 1},
	} {
		r.handle(e)
	}
	if got, want := r.running(), "m/a TestZ, tray TestMenu"; got != want {
		t.Errorf("running are %q, want %q", got, want)
	}
	if want := []timed{{pkg, "TestIcon", 1500 * time.Millisecond}}; !slices.Equal(r.times, want) {
		t.Errorf("times are %v, want %v", r.times, want)
	}
}
