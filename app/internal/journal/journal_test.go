package journal

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	j := &Journal{file: newFile(filepath.Join(t.TempDir(), fileName))}
	if _, err := j.Tail(10); !os.IsNotExist(err) {
		t.Errorf("without a file: %v", err)
	}
	if err := os.WriteFile(j.Path(), []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int64]string{
		100: "one\ntwo\nthree\n",
		14:  "one\ntwo\nthree\n",
		13:  "two\nthree\n",
		11:  "two\nthree\n",
		10:  "three\n", // the first line may be incomplete
		9:   "three\n",
		6:   "", // as above
	} {
		if got, err := j.Tail(n); string(got) != want || err != nil {
			t.Errorf("%d bytes: %q, %v, want %q", n, got, err, want)
		}
	}
}

func TestVerbose(t *testing.T) {
	for _, verbose := range []bool{false, true} {
		var stderr bytes.Buffer
		j := Open(t.TempDir(), verbose, &stderr)
		j.Logger().Debug("small")
		j.Logger().Info("large")
		text, err := j.Tail(1000)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "large") || strings.Contains(string(text), "small") != verbose {
			t.Errorf("verbose %v: %s", verbose, text)
		}
		if want := string(text); verbose && stderr.String() != want || !verbose && stderr.Len() > 0 {
			t.Errorf("verbose %v: standard error has %q", verbose, &stderr)
		}
	}
}

// If the log was just rotated, the last lines are in two files.
func TestTail_rotated(t *testing.T) {
	j := &Journal{file: newFile(filepath.Join(t.TempDir(), fileName))}
	for path, text := range map[string]string{j.file.oldPath(): "one\ntwo\n", j.Path(): "three\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for n, want := range map[int64]string{100: "one\ntwo\nthree\n", 11: "two\nthree\n", 6: "three\n", 5: ""} {
		if got, err := j.Tail(n); string(got) != want || err != nil {
			t.Errorf("%d bytes: %q, %v, want %q", n, got, err, want)
		}
	}
}

func TestAfterNext(t *testing.T) {
	j := Open(t.TempDir(), false, io.Discard)
	defer j.Close()
	calls := ""
	j.AfterNext(func() { calls += "a" })
	j.AfterNext(func() { calls += "b" })
	j.Logger().Debug("not kept")
	j.Logger().Info("one")
	j.Logger().Info("two")
	if calls != "b" {
		t.Errorf("calls: %q, want b", calls)
	}
}
