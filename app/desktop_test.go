package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

func TestNotify(t *testing.T) {
	p, tool := startTool(t)
	for _, n := range []app.Notice{
		{Title: "Import\n finished", Text: "3 < 4\x00\r\n", Page: "/report?n=3"},
		{Title: "Saved"},
	} {
		if err := tool.Notify(n); err != nil {
			t.Error(err)
		}
	}
	for want, n := range map[string]app.Notice{
		"needs a title":                     {Title: "\n", Text: "Saved"},
		`cannot open "//elsewhere.test/"`:   {Title: "Saved", Page: "//elsewhere.test/"},
		`cannot open "http://elsewhere.te`:  {Title: "Saved", Page: "http://elsewhere.test/"},
		"plug-in app_test.starter: a notic": {},
	} {
		wantError(t, n, tool.Notify(n), want)
	}
	if got, want := p.Notices(), []app.Notice{{"Import finished", "3 < 4", "/report?n=3"}, {"Saved", "", "/"}}; !slices.Equal(got, want) {
		t.Errorf("shown: %+v, want %+v", got, want)
	}
	p.ClickNotice("Import finished")
	if got, want := p.Opened(), []string{"/", "/report?n=3"}; !slices.Equal(got, want) {
		t.Errorf("opened %q, want %q", got, want)
	}
	p.Stop()
	wantError(t, "after the end", tool.Notify(app.Notice{Title: "Late"}), "the program has ended")
	if err := apptest.Tool(t).Notify(app.Notice{Title: "Saved"}); err != nil {
		t.Errorf("without a server: %v", err)
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	p, tool := startTool(t)
	path := filepath.Join(t.TempDir(), "a.ics")
	want := app.Pick{Title: "Choose", Multiple: true, Types: []string{".ics"}}
	p.AnswerPick(path, path+"2")
	if got, err := tool.Pick(t.Context(), want); err != nil || !slices.Equal(got, []string{path, path + "2"}) {
		t.Errorf("%q, %v", got, err)
	}
	if got := p.Picked(); len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Errorf("%+v", got)
	}
	p.CancelPick()
	if got, err := tool.Pick(t.Context(), app.Pick{}); got != nil || !errors.Is(err, app.ErrCanceled) {
		t.Errorf("canceled: %q, %v", got, err)
	}
	_, err := tool.Pick(t.Context(), app.Pick{Name: "a"})
	wantError(t, "mistake", err, "app: plug-in app_test.starter: set Save with Name, which is the name of a file to write")

	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() {
		_, err := tool.Pick(ctx, app.Pick{})
		first <- err
	}()
	p.WaitFor("the dialog opens", func() bool { return len(p.Picked()) == 3 })
	if _, err := tool.Pick(t.Context(), app.Pick{}); !errors.Is(err, app.ErrBusy) {
		t.Errorf("the second: %v", err)
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}

	p.NoPick()
	if _, err := tool.Pick(t.Context(), app.Pick{}); !errors.Is(err, app.ErrNoDialog) {
		t.Error(err)
	}
	if _, err := apptest.Tool(t).Pick(t.Context(), app.Pick{}); !errors.Is(err, app.ErrNoDialog) {
		t.Error(err)
	}
}

// The shutdown closes an open dialog. After that, no dialog opens.
func TestPick_programEnds(t *testing.T) {
	t.Parallel()
	p, tool := startTool(t)
	job := tool.Go("Import", func(ctx context.Context, _ *app.Progress) error {
		_, err := tool.Pick(ctx, app.Pick{})
		return err
	})
	p.WaitFor("the dialog opens", func() bool { return len(p.Picked()) == 1 })
	p.Stop()
	if err := job.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("the job ends with %v", err)
	}
	_, err := tool.Pick(t.Context(), app.Pick{})
	wantError(t, "later", err, "the program is ending")
}

// TestPick_otherUsers: there is no dialog for other users, who could open it on the
// owner's screen.
func TestPick_otherUsers(t *testing.T) {
	t.Parallel()
	p, tool := startTool(t)
	p.Get("/app.settings").Check("Allow other users of this computer", true).Click("Save")
	if _, err := tool.Pick(t.Context(), app.Pick{}); !errors.Is(err, app.ErrNoDialog) || !strings.Contains(err.Error(), "the settings allow other users of this computer") {
		t.Error(err)
	}
}

// A mover moves a file between two typed paths.
type mover struct {
	tool *app.Tool
	got  []string
}

func (m *mover) StartTool(_ context.Context, tool *app.Tool) error {
	m.tool = tool
	return nil
}

func (m *mover) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[struct {
	From string `schema:"from,required"`
	To   string `schema:"to"`
}]) error {
	form, errs := in.Value()
	m.got = []string{m.tool.Path(errs, "from", form.From, app.FilePath), m.tool.Path(errs, "to", form.To, app.SavePath)}
	w.WriteOKHeaders("text/html")
	_, err := fmt.Fprintf(w, `<form method="post"><label>From <input name="from" data-pick="file"%s></label>%s<label>To <input name="to" data-pick="save"%s></label>%s<button>Move</button></form>`,
		in.ErrorAttrs("from"), in.ErrorNote("from"), in.ErrorAttrs("to"), in.ErrorNote("to"))
	return err
}

func TestPath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a b"), filepath.Join(dir, "c")
	if err := os.WriteFile(from, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m := new(mover)
	p := apptest.Start(t, app.App{Name: "Mover", Plugins: []any{m}})
	for _, test := range []struct {
		from, to           string
		want               []string
		fromError, toError string
	}{
		{"", "", []string{"", ""}, "This is required.", ""},
		{from, "", []string{from, ""}, "", ""},
		{` "` + from + `" `, to, []string{from, to}, "", ""},
		{to, from, []string{"", from}, "There is no such file.", ""},
		{dir, dir, []string{"", ""}, "This is a folder; choose a file.", "This is a folder; add the name of a file."},
	} {
		page := p.Get("/").Fill("From", test.from).Fill("To", test.to).Click("Move")
		if got, want := page.Error("From"), test.fromError; (got == "") != (want == "") || want != "This is required." && got != want {
			t.Errorf("%q: %q, want %q", test.from, got, want)
		}
		if got := page.Error("To"); got != test.toError {
			t.Errorf("%q: %q, want %q", test.to, got, test.toError)
		}
		if !slices.Equal(m.got, test.want) {
			t.Errorf("%q, want %q", m.got, test.want)
		}
	}
	r, err := http.NewRequest(http.MethodPost, "/app.path", strings.NewReader("offers=true&field=from"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if got := p.Do(r).HTML; !strings.Contains(got, "a b") || strings.Contains(got, to) {
		t.Errorf("recent paths are %s", got)
	}
}
