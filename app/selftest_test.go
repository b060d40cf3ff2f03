package app

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/selftest"
)

// selfTested runs -self-test of a program with test, and returns its output.
func selfTested(t *testing.T, test func(url string) error, plugins ...any) (string, error) {
	t.Helper()
	a := &App{Name: "Plain", Plugins: plugins, SelfTest: func(_ context.Context, url string, _ func(string, string) (string, error)) error {
		return test(url)
	}}
	if err := a.setDefaults(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	err := selftest.Run(*a, a.ID, a.Name, a.SelfTest, &said, &said)
	http.DefaultClient.CloseIdleConnections()
	return said.String(), err
}

// A notifier is a plug-in that shows a notice at the start.
type notifier struct{}

func (notifier) StartTool(_ context.Context, tool *Tool) error {
	return tool.Notify(Notice{Title: "Ready"})
}

func TestSelfTest(t *testing.T) {
	t.Run("result", func(t *testing.T) {
		if out, status := startProgram(t, "plain", "-self-test").exit(); status != exitOK || !strings.Contains(out, "Self-test passed.") {
			t.Errorf("status %d, %q", status, out)
		}
		p := startProgram(t, "fails", "-self-test")
		p.wantExit(exitError, "it is raining")
	})
	t.Run("fetch", func(t *testing.T) {
		for page, want := range map[string]string{"": "", "nowhere": "404"} {
			a := &App{Name: "Plain", Plugins: []any{plain{}}, SelfTest: func(_ context.Context, _ string, fetch func(string, string) (string, error)) error {
				text, err := fetch(http.MethodGet, page)
				if text == "" {
					t.Errorf("the answer to %q is empty", page)
				}
				return err
			}}
			if err := a.setDefaults(); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			err := selftest.Run(*a, a.ID, a.Name, a.SelfTest, &said, &said)
			if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) || !strings.Contains(said.String(), "/"+page+"\n") {
				t.Errorf("%q: %v, %s", page, err, &said)
			}
		}
	})
	t.Run("notice", func(t *testing.T) {
		said, err := selfTested(t, func(string) error { return nil }, plain{}, notifier{})
		if err != nil || !strings.Contains(said, `Notice, not shown during this test: "Ready"`) {
			t.Errorf("%s: %v", said, err)
		}
	})
	t.Run("flush", func(t *testing.T) {
		full := errors.New("full")
		said, err := selfTested(t, func(string) error { return nil }, plain{}, flusher{full})
		if !errors.Is(err, full) || strings.Contains(said, "passed") {
			t.Errorf("%s: %v", said, err)
		}
	})
}
