package main

import (
	"slices"
	"testing"
)

func TestProofsAreCollected(t *testing.T) {
	_, r, err := showTestsOf(t, map[string]string{
		"a/a_test.go": `package a
import "testing"
func TestA(t *testing.T) {
	t.Attr("other", "1 1 not a proof")
	t.Run("sub", func(t *testing.T) { t.Attr("proof", "200 199 launches: all answered") })
	t.Attr("proof", "3 3 ends | by the tray")
	t.Error("one is missing")
}
`,
	})
	if err == nil || r.failed != 1 || r.passed != 0 {
		t.Errorf("%v, %+v", err, r)
	}
	want := []proof{{"launches: all answered", 200, 199}, {"ends | by the tray", 3, 3}}
	if !slices.Equal(r.proofs, want) {
		t.Errorf("got %+v, want %+v", r.proofs, want)
	}
	const table = `| What | Tried | Held |
|---|--:|--:|
| launches: all answered | 200 | **199** |
| ends \| by the tray | 3 | 3 |
`
	if got := tableOf(r.proofs); got != table {
		t.Errorf("the table is\n%swant\n%s", got, table)
	}
}

func TestFuzzTestsAreFoundAndRun(t *testing.T) {
	dir := tree(t, map[string]string{
		"go.mod": "module m\n\ngo 1.26\n",
		"a_test.go": `package a
import "testing"
func FuzzGood(f *testing.F) { f.Fuzz(func(t *testing.T, b []byte) {}) }
func FuzzBad(f *testing.F) { f.Fuzz(func(t *testing.T, b []byte) { t.Fatal("always") }) }
`,
	})
	if got, want := fuzzTests(dir), []string{"FuzzGood", "FuzzBad"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if tried, err := fuzzOne(dir, "FuzzGood", "50x"); err != nil || tried < 50 {
		t.Errorf("tried %d inputs, want 50 or more; %v", tried, err)
	}
	if _, err := fuzzOne(dir, "FuzzBad", "50x"); err == nil {
		t.Error("no error from a fuzz test that fails")
	}
}
