package pick

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func anybody() error { return nil }

// file returns an absolute path.
func file(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPicker(t *testing.T) {
	alone := errors.New("somebody else is here")
	a, b := file(t, "a"), file(t, "b")
	for name, test := range map[string]struct {
		request Request
		answer  []string
		err     error // the dialog's error
		allowed error
		want    []string
		wantErr string
	}{
		"one":            {answer: []string{a}, want: []string{a}},
		"several":        {request: Request{Multiple: true}, answer: []string{a, b}, want: []string{a, b}},
		"not clean":      {answer: []string{filepath.Dir(a) + "//x/../a"}, want: []string{a}},
		"too many":       {answer: []string{a, b}, wantErr: "2 files instead of one"},
		"none":           {wantErr: "nothing was chosen"},
		"relative":       {answer: []string{"a"}, wantErr: "not a path on this computer"},
		"address":        {answer: []string{"https://example.org/"}, wantErr: "not a path on this computer"},
		"zero":           {answer: []string{a + "\x00"}, wantErr: "not a path on this computer"},
		"canceled":       {err: ErrCanceled, wantErr: "nothing was chosen"},
		"broken":         {err: errors.New("it broke"), wantErr: "it broke"},
		"not allowed":    {answer: []string{a}, allowed: alone, wantErr: "somebody else is here"},
		"save folder":    {request: Request{Save: true, Folder: true}, wantErr: "set neither Folder nor Multiple"},
		"save several":   {request: Request{Save: true, Multiple: true}, wantErr: "set neither Folder nor Multiple"},
		"name to open":   {request: Request{Name: "a"}, wantErr: "set Save with Name"},
		"name of path":   {request: Request{Save: true, Name: "x/a"}, wantErr: "without a folder"},
		"name of parent": {request: Request{Save: true, Name: ".."}, wantErr: "without a folder"},
		"folder type":    {request: Request{Folder: true, Types: []string{".a"}}, wantErr: "folders have no Types"},
		"no dot":         {request: Request{Types: []string{"ics"}}, wantErr: `use an extension such as ".ics"`},
		"pattern":        {request: Request{Types: []string{".*"}}, wantErr: `use an extension such as ".ics"`},
		"separator":      {request: Request{Types: []string{".a|b"}}, wantErr: `use an extension such as ".ics"`},
		"title":          {request: Request{Title: "a\nb"}, wantErr: "not one line"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := NewFake()
			fake.Answer(test.answer, test.err)
			p := New(fake, func() error { return test.allowed }, nil)
			got, err := p.Pick(t.Context(), test.request)
			if test.wantErr == "" && (err != nil || !slices.Equal(got, test.want)) || test.wantErr != "" && (err == nil || got != nil || !strings.Contains(err.Error(), test.wantErr)) {
				t.Errorf("%q, %v; want %q, %s", got, err, test.want, test.wantErr)
			}
			if test.allowed != nil && !errors.Is(err, ErrNoDialog) {
				t.Errorf("%v is not an ErrNoDialog", err)
			}
		})
	}
	if _, err := New(None{}, anybody, nil).Pick(t.Context(), Request{}); !errors.Is(err, ErrNoDialog) {
		t.Error(err)
	}
}

// TestPicker_open closes a dialog that is not answered, and opens another one.
func TestPicker_open(t *testing.T) {
	leave := errors.New("the page was left")
	for name, test := range map[string]struct {
		close func(cancel context.CancelCauseFunc, ending chan struct{})
		want  error
	}{
		"canceled": {func(cancel context.CancelCauseFunc, _ chan struct{}) { cancel(leave) }, leave},
		"ending":   {func(_ context.CancelCauseFunc, ending chan struct{}) { close(ending) }, errEnding},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				ending := make(chan struct{})
				fake := NewFake()
				p := New(fake, anybody, ending)
				done := make(chan error)
				go func() {
					_, err := p.Pick(ctx, Request{})
					done <- err
				}()
				synctest.Wait()
				if _, err := p.Pick(t.Context(), Request{}); err != ErrBusy {
					t.Errorf("the second: %v", err)
				}
				test.close(cancel, ending)
				if err := <-done; err != test.want {
					t.Errorf("the first: %v", err)
				}
				fake.Answer([]string{file(t, "a")}, nil)
				if got, err := p.Pick(t.Context(), Request{}); name == "canceled" && (err != nil || len(got) != 1) || name == "ending" && err != errEnding {
					t.Errorf("the third: %q, %v", got, err)
				}
			})
		})
	}
}

// A stuck dialog does not return from Find before ctx is done.
type stuck struct{ None }

func (stuck) Find(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestPicker_stuck ends the program while Find is waiting for the system.
func TestPicker_stuck(t *testing.T) {
	ending := make(chan struct{})
	p := New(stuck{}, anybody, ending)
	done := make(chan error)
	go func() { done <- p.Find(t.Context()) }()
	close(ending)
	if err := <-done; err == nil {
		t.Error("Find returns nil")
	}
}

func TestGlobs(t *testing.T) {
	if got, want := globs([]string{".ics", ".7Z", ".ß"}), []string{"*.[iI][cC][sS]", "*.7[zZ]", "*.ß"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
