package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// An importer is a plug-in with a job.
type importer struct {
	tool   *app.Tool
	job    *app.Job
	during chan bool // a value makes the job continue
	err    error     // the result of the job
	kept   string    // the path of the upload
}

func (i *importer) StartTool(ctx context.Context, tool *app.Tool) error {
	i.tool = tool
	return nil
}

func (i *importer) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString(`<!DOCTYPE html><form action="/import" method="post" enctype="multipart/form-data"><label>File <input type="file" name="file"></label><button>Import</button></form>`)
	return err
}

func (i *importer) OnImport(w *dibbler.Response, r *http.Request, form struct {
	File *multipart.FileHeader `schema:"file,required"`
}) error {
	i.job = i.tool.Go("Import of "+form.File.Filename, i.run, form.File)
	http.Redirect(w, r, i.job.Page(), http.StatusSeeOther)
	return nil
}

func (i *importer) run(ctx context.Context, p *app.Progress) error {
	upload := p.Uploads()[0]
	i.kept = upload.Name()
	text, err := io.ReadAll(upload)
	if err != nil || string(text) != "tea" || upload.Size != 3 || upload.Filename != "list.txt" {
		return errors.Join(errors.New("the upload is "+string(text)), err)
	}
	p.Set(1, 4)
	p.Say("Reading <list.txt>")
	i.during <- true
	select {
	case <-i.during:
	case <-ctx.Done():
		return ctx.Err()
	}
	if i.err == nil {
		return p.Result("/result?n=1")
	}
	return i.err
}

func (i *importer) OnResult(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("<!DOCTYPE html><h1>One line</h1>")
	return err
}

// begin starts a program and its job, and returns the page of the job.
func (i *importer) begin(t *testing.T) (*apptest.Program, *apptest.Page) {
	t.Helper()
	i.during = make(chan bool)
	p := apptest.Start(t, app.App{Name: "Importer", Plugins: []any{i}})
	page := p.Get("/").Attach("File", "list.txt", "tea").Click("Import")
	<-i.during
	return p, p.Get(page.Path)
}

func TestGo(t *testing.T) {
	i := new(importer)
	p, page := i.begin(t)
	page.Want("Import of list.txt", "Reading <list.txt>", "Jobs")
	if !strings.Contains(page.HTML, `value="0.25"`) || !strings.Contains(page.HTML, `http-equiv="refresh"`) {
		t.Errorf("the page shows no progress without a script:\n%s", page.HTML)
	}
	p.WaitFor("the icon shows the progress", func() bool { return slices.Contains(p.Menu(), "Import of list.txt: 25 %") })
	if status, done := p.Status(); status != tray.Busy || done != .25 {
		t.Errorf("the icon shows %v, %v", status, done)
	}
	p.Get("/app.jobs").Want("Import of list.txt", "running")
	i.during <- true
	<-i.job.Ended()
	if page := p.Get(page.Path); page.Path != "/result?n=1" {
		t.Errorf("the page leads to %s", page.Path)
	}
	p.Get("/app.jobs").Want("done")
	p.WaitFor("the icon is idle", func() bool { status, _ := p.Status(); return status == tray.Idle })
	if _, err := os.Stat(i.kept); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the upload is not removed: %v", err)
	}
}

func TestGo_cancel(t *testing.T) {
	i := new(importer)
	p, page := i.begin(t)
	page.Click("Cancel")
	<-i.job.Ended()
	p.Get(page.Path).Want("This was canceled.")
	if !errors.Is(i.job.Err(), context.Canceled) {
		t.Errorf("the job ends with %v, want %v", i.job.Err(), context.Canceled)
	}
	if page := p.Get("/app.job?id=nonsense"); page.Status != http.StatusNotFound {
		t.Errorf("unknown job: status %d", page.Status)
	}
}

func TestGo_fails(t *testing.T) {
	i := &importer{err: errors.New("line 3 is no <b>tea</b>")}
	p, page := i.begin(t)
	i.during <- true
	<-i.job.Ended()
	p.WaitFor("the icon asks for attention", func() bool { status, _ := p.Status(); return status == tray.Attention })
	if !slices.Contains(p.Menu(), "Import of list.txt has failed") {
		t.Errorf("%q", p.Menu())
	}
	for method, purpose := range map[string]string{http.MethodHead: "", http.MethodGet: "prefetch"} {
		r, err := http.NewRequest(method, page.Path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if purpose != "" {
			r.Header.Set("Sec-Purpose", purpose)
		}
		p.Do(r)
		if !slices.Contains(p.Menu(), "Import of list.txt has failed") {
			t.Errorf("%s %s, which the owner does not see: %q", method, purpose, p.Menu())
		}
	}
	p.Get(page.Path).Want("This failed: line 3 is no <b>tea</b>", "Try it again.")
	p.WaitFor("the icon is idle when the owner has seen it", func() bool { status, _ := p.Status(); return status == tray.Idle })
}

func TestGo_explained(t *testing.T) {
	p, tool := startTool(t)
	var page string
	job := tool.Go("Import", func(_ context.Context, p *app.Progress) error {
		page = p.Page()
		return fmt.Errorf("reading: %w", &dibbler.Error{Message: "The disk is gone. Plug it in.", Err: os.ErrNotExist})
	})
	<-job.Ended()
	got := p.Get(page).Want("The disk is gone. Plug it in.").Text()
	for _, unwanted := range []string{"This failed", "Try it again", "reading", "not exist"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("%q is on the page:\n%s", unwanted, got)
		}
	}
}

// When the program ends, it waits for a job as long as for a request.
func TestGo_programEnds(t *testing.T) {
	ended := false
	p, tool := startTool(t)
	job := tool.Go("Long", func(ctx context.Context, p *app.Progress) error {
		<-dibbler.Stopping(ctx)
		if ctx.Err() != nil {
			t.Error("canceled at the beginning of the shutdown:", ctx.Err())
		}
		ended = true
		return nil
	})
	p.Stop()
	if <-job.Ended(); !ended || job.Err() != nil {
		t.Errorf("ended %v, %v", ended, job.Err())
	}
	late := tool.Go("Late", func(context.Context, *app.Progress) error { return nil })
	if <-late.Ended(); late.Err() == nil {
		t.Error("a job runs after the shutdown")
	}
}

func TestGo_mistakes(t *testing.T) {
	_, tool := startTool(t)
	nothing := tool.Go("Nothing", nil)
	<-nothing.Ended()
	wantError(t, "nil", nothing.Err(), "Go: the function is nil")
	away := tool.Go("Away", func(_ context.Context, p *app.Progress) error { return p.Result("//evil.test/") })
	<-away.Ended()
	wantError(t, "a result elsewhere", away.Err(), "not a page of the program")
	file := filepath.Join(t.TempDir(), "gone")
	gone := tool.Go("Gone", func(context.Context, *app.Progress) error { _, err := os.ReadFile(file); return err })
	<-gone.Ended()
	wantError(t, "an error", gone.Err(), "gone")
}
