// States is a tool that brings the program's own pages into each of their states.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Tea Timer", Plugins: []any{&states{}}, MaxBody: 1000})
}

type states struct{ tool *app.Tool }

// StartTool implements [app.Starter].
func (s *states) StartTool(_ context.Context, tool *app.Tool) error {
	s.tool = tool
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{
			{Label: "Today", Page: "/"},
			{Label: "3 cups today"},
			{Label: "Play it loud", Do: func(context.Context) error { return nil }, Checkable: true, Checked: true},
		}}
	})
	return errors.Join(tool.Handle("POST /jobs", s.startJobs), tool.Handle("POST /burn", s.burn))
}

// OnHome shows a notice on request.
func (s *states) OnHome(w *dibbler.Response, r *http.Request) error {
	if r.URL.Query().Has("notice") {
		if err := s.tool.Notify(app.Notice{Title: "The tea is ready", Text: "It has drawn for three minutes.", Page: "/"}); err != nil {
			return err
		}
	}
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tea</title>
<link rel="stylesheet" href="/app.css">
</head>
<body>
<main>
<h1>Tea</h1>
<form method="post" action="/jobs"><button class="primary">Start jobs</button></form>
<form method="post" action="/upload" enctype="multipart/form-data"><p><label for="file">Picture</label> <input id="file" name="file" type="file"> <button id="upload">Send</button></p></form>
</main>
</body>
</html>
`)
	return err
}

// OnBrew fails in the requested way.
func (s *states) OnBrew(w *dibbler.Response, r *http.Request, form struct {
	Minutes int    `schema:"minutes"`
	How     string `schema:"how"`
}) error {
	switch form.How {
	case "panic":
		pour(strings.Repeat("cup ", form.Minutes-1))
	case "error":
		return fmt.Errorf("reading tea.json: %w", errors.New("unexpected end of JSON input"))
	case "forbidden":
		return &dibbler.Error{Status: http.StatusForbidden, Message: "The pot is locked. Unlock it in the settings."}
	}
	return nil
}

func pour(cups string) { fmt.Println(cups[0]) }

// OnUpload takes a picture.
func (*states) OnUpload(w *dibbler.Response, r *http.Request, form struct {
	File *multipart.FileHeader `schema:"file"`
}) error {
	return nil
}

// burn starts a job that fails when it is canceled, and redirects to its page.
func (s *states) burn(w *dibbler.Response, r *http.Request) error {
	job := s.tool.Go("Toast", func(ctx context.Context, p *app.Progress) error {
		select {
		case <-ctx.Done():
			return errors.New("the toast is burnt")
		case <-dibbler.Stopping(ctx):
			return context.Canceled
		}
	})
	w.Header().Set("Location", job.Page())
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// startJobs starts a job for each state, and redirects to the list when all have reached it.
func (s *states) startJobs(w *dibbler.Response, r *http.Request) error {
	done := s.tool.Go("Import of holidays.ics", func(ctx context.Context, p *app.Progress) error { return nil })
	failed := s.tool.Go("Backup to /media/stick", func(ctx context.Context, p *app.Progress) error {
		return errors.New("open /media/stick/tea.zip: no space left on device")
	})
	canceled := s.tool.Go("Search in 12,000 letters", func(ctx context.Context, p *app.Progress) error {
		<-ctx.Done()
		return ctx.Err()
	})
	canceled.Cancel()
	for _, job := range []*app.Job{done, failed, canceled} {
		<-job.Ended()
	}
	began := make(chan struct{})
	s.tool.Go("Checksums of Downloads", func(ctx context.Context, p *app.Progress) error {
		p.Say("Reading holiday pictures 2026.zip")
		p.Set(40, 100)
		close(began)
		<-dibbler.Stopping(ctx) // canceled or not
		return context.Canceled
	})
	<-began
	for range 3 {
		slog.Debug("not shown")
	}
	slog.Warn("the kettle is slow", "minutes", 12, "kettle", "the blue one")
	slog.Error("the pot is empty", "err", errors.New("no tea"), "stack", "main.(*timer).pour\n\t/home/ada/tea/timer.go:31\nmain.(*timer).OnBrew\n\t/home/ada/tea/timer.go:20\n")
	slog.Info("a word that is longer than the page is wide", "word", strings.Repeat("ooloong", 60))
	w.Header().Set("Location", "/app.jobs")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
