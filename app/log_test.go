package app

import (
	"bytes"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// keepLogger gives the default logger back after the test.
func keepLogger(t *testing.T) {
	logger, out, flags := slog.Default(), log.Writer(), log.Flags()
	t.Cleanup(func() {
		slog.SetDefault(logger)
		log.SetOutput(out)
		log.SetFlags(flags)
	})
}

func TestTheTailBeginsWithALine(t *testing.T) {
	j := &journal{file: newLogFile(filepath.Join(t.TempDir(), logName))}
	if _, err := j.tail(10); !os.IsNotExist(err) {
		t.Errorf("without a file: %v", err)
	}
	if err := os.WriteFile(j.path(), []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int64]string{
		100: "one\ntwo\nthree\n",
		14:  "one\ntwo\nthree\n",
		13:  "two\nthree\n",
		11:  "two\nthree\n",
		10:  "three\n", // nothing tells that it begins with a line
		9:   "three\n",
		6:   "", // as above
	} {
		if got, err := j.tail(n); string(got) != want || err != nil {
			t.Errorf("%d bytes: %q, %v, want %q", n, got, err, want)
		}
	}
}

func TestVerboseIsMoreAndOnStandardError(t *testing.T) {
	for _, verbose := range []bool{false, true} {
		keepLogger(t)
		var stderr bytes.Buffer
		j := openJournal(t.TempDir(), verbose, &stderr)
		slog.Debug("small")
		slog.Info("large")
		text, err := j.tail(1000)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.close(); err != nil {
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

func TestQueriesAreNotLogged(t *testing.T) {
	h := newHome(t)
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray", "-verbose")
	at := p.url()
	get(t, at+"nowhere?password=secret")
	get(t, at+"held?until=secret&wrong=secret%zz")
	get(t, at+"app.settings?port=secret")
	if page := get(t, at+"app.log"); strings.Contains(page, "secret") {
		t.Errorf("the log has a secret: %s", page)
	}
	endBy(t, at+"end")
	p.exit()
	if s := p.stderr.String(); strings.Contains(s, "secret") || !strings.Contains(s, "path=/nowhere") {
		t.Errorf("standard error: %s", s)
	}
}
