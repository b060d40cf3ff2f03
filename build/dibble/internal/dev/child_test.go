package dev

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadyWriter(t *testing.T) {
	for text, want := range map[string]bool{
		"Greeter (dev) is running at http://127.0.0.1:29667/\n":   true,
		"hello\nTee is running at http://127.0.0.1:1/plan\nmore":  true,
		"Greeter (dev) is running at http://127.0.0.1:29667/":     false, // not yet
		"Tea is running at http://example.com/\n":                 false,
		strings.Repeat("x", 10000) + " is running at nowhere\n\n": false,
	} {
		for _, size := range []int{1, 7, len(text)} {
			ready := false
			var out strings.Builder
			w := &readyWriter{to: &out, ready: func() { ready = true }}
			for rest := text; rest != ""; {
				n := min(size, len(rest))
				if _, err := io.WriteString(w, rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if ready != want || out.String() != text {
				t.Errorf("%.60q in pieces of %d: %v, want %v; forwarded %.60q", text, size, ready, want, out.String())
			}
		}
	}
}

func TestLastOutput(t *testing.T) {
	root := t.TempDir()
	trace := "panic: no tea\n\ngoroutine 1 [running]:\nexample.com/lib.f()\n\t/elsewhere/lib.go:3 +0x18\nmain.init.0()\n\t" + filepath.ToSlash(root) + "/cmd/tea/main.go:12 +0x25\n\t" + filepath.ToSlash(root) + "/other.go:1 +0x25\n"
	for text, want := range map[string]string{
		"Tea: plug-in main.Tea: StartTool: no tea\n": "Tea: plug-in main.Tea: StartTool: no tea",
		trace:                      "cmd/tea/main.go:12: " + strings.TrimSpace(trace),
		strings.Repeat("x", 1<<20): strings.Repeat("x", 16<<10),
	} {
		o := &lastOutput{to: io.Discard}
		if _, err := io.WriteString(o, text); err != nil {
			t.Fatal(err)
		}
		if got := o.text(root); got != want {
			t.Errorf("%.100q, want %.100q", got, want)
		}
	}
}
