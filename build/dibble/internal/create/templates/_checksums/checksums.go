package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

//go:embed web
var web embed.FS

var pages = app.Templates(web, nil, "web/*.html")

// Checksums is the plug-in. It runs one Work at a time.
type Checksums struct {
	tool  *app.Tool
	queue chan *Work

	mu   sync.Mutex
	work *Work // the latest; nil if there has been none
}

// StartTool implements [app.Starter].
func (c *Checksums) StartTool(_ context.Context, tool *app.Tool) error {
	c.tool, c.queue = tool, make(chan *Work, 1)
	tool.Tray(c.tray)
	return errors.Join(
		tool.Add(&dibbler.Task{Name: "checksums", Run: c.run}),
		tool.Handle("POST /cancel", c.cancel),
		tool.Handle("GET /SHA256SUMS", c.save),
	)
}

// run runs each Work of the queue in turn, until the program ends.
func (c *Checksums) run(ctx context.Context) error {
	for {
		select {
		case w := <-c.queue:
			stop := context.AfterFunc(ctx, w.Cancel)
			w.run()
			stop()
		case <-ctx.Done():
			return nil
		}
	}
}

// latest returns the latest Work, and whether it is still running.
func (c *Checksums) latest() (w *Work, busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.work, c.work != nil && !c.work.Progress().Over
}

var errBusy = errors.New("other files are being read: wait until that is done, or cancel it")

// start queues a Work, unless one is still running.
func (c *Checksums) start(path, listPath string, sums list) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.work != nil && !c.work.Progress().Over {
		return errBusy
	}
	w := &Work{Path: path, List: listPath, sums: sums}
	w.ctx, w.Cancel = context.WithCancel(context.Background())
	w.report = func() {
		c.tool.Publish("work", w.Progress())
		c.tool.Refresh()
	}
	c.work = w
	w.report()
	c.queue <- w
	return nil
}

// An order holds the values of the form.
type order struct {
	Path string `schema:"path,required"`
	List string `schema:"list"`
}

// OnHome serves /.
func (c *Checksums) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[order]) error {
	form, errs := in.Value()
	path, err := findPath(form.Path)
	if err != nil {
		errs.Add("path", sentence(err))
	}
	var sums list
	if form.List != "" {
		if form.List, err = findPath(form.List); err == nil {
			sums, err = readList(form.List)
		}
		if err != nil {
			errs.Add("list", sentence(err))
		}
	}
	if in.Sent() && !errs.Any() {
		err := c.start(path, form.List, sums)
		if err == nil {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return nil
		}
		errs.Add("", sentence(err))
	}
	work, busy := c.latest()
	return w.Render(pages, "home.html", newPage(in, work, busy))
}

func (c *Checksums) cancel(w http.ResponseWriter, r *http.Request) {
	if work, _ := c.latest(); work != nil {
		work.Cancel()
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// save serves /SHA256SUMS, the checksums of the latest Work, in the format of sha256sum -c.
func (c *Checksums) save(w *dibbler.Response, r *http.Request) error {
	work, busy := c.latest()
	if work == nil || busy {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "No files have been read yet."}
	}
	files, err := work.Outcome()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="SHA256SUMS"`)
	w.WriteOKHeaders("application/octet-stream") // file names need not be valid text
	for _, f := range files {
		if f.Sum != "" {
			if _, err := io.WriteString(w, formatLine(f.Sum, f.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tray shows the progress on the icon.
func (c *Checksums) tray() app.TrayInfo {
	work, busy := c.latest()
	if !busy {
		return app.TrayInfo{}
	}
	p := work.Progress()
	return app.TrayInfo{
		Status:  tray.Busy,
		Done:    p.Share,
		Tooltip: []string{fmt.Sprintf("%.0f %% of %s", p.Share*100, work.Base())},
		Items:   []app.TrayItem{{Label: "Cancel " + work.Base(), Do: func(context.Context) error { work.Cancel(); return nil }}},
	}
}

// sentence returns the text of an error as a sentence for a page.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// shown returns a file name for a page, in quotes if a part of it would be invisible, such
// as a line break or several blanks in a row.
func shown(name string) string {
	unseen := func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }
	if strings.ContainsFunc(name, unseen) || strings.Join(strings.Fields(name), " ") != name {
		return strconv.Quote(name)
	}
	return name
}
