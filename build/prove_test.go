package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestShowTests_proofs(t *testing.T) {
	told, err := os.ReadFile(filepath.Join("e2e", "proof", "proof.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, r, err := showTestsOf(t, map[string]string{
		"proof/proof.go": string(told),
		"a/a_test.go": `package a
import ("testing"; "m/proof")
func TestA(t *testing.T) {
	t.Attr("other", "1 1 not a proof")
	t.Run("sub", func(t *testing.T) { proof.Held(t, "launches: all answered", 200, 199) })
	proof.Held(t, "ends | by the tray", 1, 1)
	proof.Held(t, "ends | by the tray", 2, 2)
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

func TestFuzz(t *testing.T) {
	dir := tree(t, map[string]string{
		"go.mod": "module m\n\ngo 1.26\n",
		"a_test.go": `package a
import "testing"
func FuzzGood(f *testing.F) { f.Fuzz(func(t *testing.T, b []byte) {}) }
func FuzzBad(f *testing.F) { f.Fuzz(func(t *testing.T, b []byte) { t.Fatal("always") }) }
`,
	})
	got, err := fuzzTests(dir)
	if want := []string{"FuzzGood", "FuzzBad"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("found %q, want %q; %v", got, want, err)
	}
	if tried, held, err := fuzzOne(dir, "FuzzGood", "50x"); err != nil || tried < 50 || held != tried {
		t.Errorf("%d of %d held, want 50 or more; %v", held, tried, err)
	}
	if tried, held, err := fuzzOne(dir, "FuzzBad", "50x"); err == nil || held != tried-1 || held < 0 {
		t.Errorf("%d of %d held; %v", held, tried, err)
	}
	if _, _, err := fuzzOne(dir, "FuzzMissing", "50x"); err == nil {
		t.Error("no error if nothing is tried")
	}
}
