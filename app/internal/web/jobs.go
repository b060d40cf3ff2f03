package web

import (
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/jobs"
	"github.com/dibbler-app/dibbler/app/internal/localtime"
	"github.com/dibbler-app/dibbler/dibbler"
)

// jobEvent returns the name of the event for the pages of a job. Plug-ins cannot publish
// it.
func jobEvent(id string) string { return "job:" + id }

// newJobs returns the list of the program's jobs.
func (p pages) newJobs() *jobs.List {
	return jobs.New(p.Finish, func(j jobs.Snapshot) {
		if err := p.events.put(jobEvent(j.ID), struct {
			Text    string `json:"text"`
			Share   any    `json:"share"`
			Percent string `json:"percent"`
			Ended   bool   `json:"ended"`
		}{jobText(j), jobShare(j), j.Percent(), j.State != jobs.Running}); err != nil {
			slog.Warn("cannot update the pages of a job", "job", j.Title, "err", err)
		}
		p.Desk.Update()
	}, func(id string) { p.events.remove(jobEvent(id)) })
}

// StartJob starts f as a job; see [jobs.List.Start]. With the first job, the icon begins
// to show jobs.
func (s *Site) StartJob(title string, f func(ctx context.Context, j *jobs.Job) error, clean func()) *jobs.Job {
	s.showJobs.Do(func() { s.c.Desk.AddTray("jobs", s.own.jobs.Info) })
	return s.own.jobs.Start(title, f, clean)
}

// jobText describes the current step of a running job.
func jobText(j jobs.Snapshot) string {
	switch {
	case j.Canceling:
		return "Canceled; it finishes what it is doing."
	case j.Text == "":
		return "It runs."
	}
	return j.Text
}

// jobShare returns the fraction of work that is done, or nil if it is unknown.
func jobShare(j jobs.Snapshot) any {
	if j.Share > 0 {
		return j.Share
	}
	return nil
}

// OnAppJob serves the page of a job, and cancels the job when its button is pressed.
func (p pages) OnAppJob(w *dibbler.Response, r *http.Request, form struct {
	ID string `schema:"id"`
}) error {
	job := p.jobs.Job(form.ID)
	if job == nil {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "There is no such job any more: only the latest ones are kept."}
	}
	if r.Method == http.MethodPost {
		job.Cancel()
		return redirect(w, jobs.PagePath(form.ID))
	}
	job.Seen()
	page := jobPage{frame: p.frame(""), Job: job.Snapshot()}
	if page.Job.State == jobs.Done && page.Job.Page != "" {
		return redirect(w, page.Job.Page)
	}
	page.Title, page.Refresh = page.Job.Title, page.Job.State == jobs.Running
	return show(w, "job.html", page)
}

// A jobPage is the data of web/job.html.
type jobPage struct {
	frame
	Job jobs.Snapshot
}

func (p jobPage) Event() string { return jobEvent(p.Job.ID) }
func (p jobPage) Text() string  { return jobText(p.Job) }
func (p jobPage) Share() any    { return jobShare(p.Job) }
func (p jobPage) Running() bool { return p.Job.State == jobs.Running }

// OnAppJobs serves the list of jobs, newest first.
func (p pages) OnAppJobs(w *dibbler.Response, r *http.Request) error {
	page := struct {
		frame
		Rows []jobRow
	}{frame: p.frame("Jobs")}
	zone := localtime.Now().Location()
	for _, j := range p.jobs.All() {
		row := jobRow{Snapshot: j, Address: jobs.PagePath(j.ID), Start: timeElement(j.Begun.In(zone))}
		if j.State != jobs.Running {
			row.Took = max(j.Ended.Sub(j.Begun).Round(time.Second), time.Second).String()
		}
		page.Rows = append([]jobRow{row}, page.Rows...)
	}
	return show(w, "jobs.html", page)
}

// A jobRow is a row of web/jobs.html.
type jobRow struct {
	jobs.Snapshot
	Address string
	Start   template.HTML
	Took    string
}
