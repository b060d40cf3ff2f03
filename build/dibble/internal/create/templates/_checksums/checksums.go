package main

import (
	"context"
	"embed"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed web
var web embed.FS

var pages = app.Templates(web, nil, "web/*.html")

// Checksums is the plug-in.
type Checksums struct {
	tool *app.Tool

	mu   sync.Mutex
	work *Work // the last finished Work, or nil
}

// StartTool implements [app.Starter].
func (c *Checksums) StartTool(_ context.Context, tool *app.Tool) error {
	c.tool = tool
	return tool.Handle("GET /SHA256SUMS", c.save)
}

// start runs w as a job, which has a page with its progress and a Cancel button. At the
// end, it shows a notice, because the owner may have closed the page.
func (c *Checksums) start(w *Work) *app.Job {
	return c.tool.Go("Checksums of "+w.Base(), func(ctx context.Context, p *app.Progress) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() { // the program does not wait for the job when it ends
			select {
			case <-dibbler.Stopping(ctx):
				cancel()
			case <-ctx.Done():
			}
		}()
		err := w.run(ctx, func(done, total int64, name string) {
			p.Set(done, total)
			p.Say(shown(name))
		})
		if err != nil {
			return err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.work = w
		return errors.Join(p.Result("/"), c.tool.Notify(app.Notice{Title: "Checksums of " + w.Base(), Text: w.Verdict()}))
	})
}

// latest returns the last finished Work, or nil.
func (c *Checksums) latest() *Work {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.work
}

// An order has the values of the form.
type order struct {
	Folder string `schema:"folder,required"`
	List   string `schema:"list"`
}

// OnHome serves /.
func (c *Checksums) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[order]) error {
	form, errs := in.Value()
	work := &Work{
		Folder: c.tool.Path(errs, "folder", form.Folder, app.FolderPath),
		List:   c.tool.Path(errs, "list", form.List, app.FilePath),
	}
	if work.List != "" {
		var err error
		if work.sums, err = readList(work.List); err != nil {
			errs.Add("list", sentence(err))
		}
	}
	if in.Sent() && !errs.Any() {
		job := c.start(work)
		http.Redirect(w, r, job.Page(), http.StatusSeeOther)
		return nil
	}
	return w.Render(pages, "home.html", newPage(in, c.latest()))
}

// save serves /SHA256SUMS, the checksums of the last Work in the format of sha256sum -c.
func (c *Checksums) save(w *dibbler.Response, r *http.Request) error {
	work := c.latest()
	if work == nil {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "No files have been read yet."}
	}
	w.Header().Set("Content-Disposition", `attachment; filename="SHA256SUMS"`)
	w.WriteOKHeaders("application/octet-stream") // file names need not be valid UTF-8
	for _, f := range work.Files {
		if f.Sum != "" {
			if _, err := io.WriteString(w, formatLine(f.Sum, f.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sentence returns an error as a sentence for a page.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// shown returns a file name for a page. It is in quotes if a part of it would be
// invisible, such as a line break or several spaces in a row.
func shown(name string) string {
	unseen := func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }
	if strings.ContainsFunc(name, unseen) || strings.Join(strings.Fields(name), " ") != name {
		return strconv.Quote(name)
	}
	return name
}
