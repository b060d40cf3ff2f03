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

// A shownJob is a job for pages.
type shownJob struct{ jobs.Snapshot }

// Event returns the name of the event for the job's pages. Plug-ins cannot publish it.
func (j shownJob) Event() string { return jobEvent(j.ID) }

func jobEvent(id string) string { return "job:" + id }

// Running reports whether the job has not ended.
func (j shownJob) Running() bool { return j.State == jobs.Running }

// Step describes the current step of the job while it is running.
func (j shownJob) Step() string {
	switch {
	case j.Canceling:
		return "Canceling…"
	case j.Text == "":
		return "Running…"
	}
	return j.Text
}

// Fraction returns the fraction of work that is done, or nil if it is unknown.
func (j shownJob) Fraction() any {
	if j.Share > 0 {
		return j.Share
	}
	return nil
}

// newJobs returns the list of the program's jobs.
func (p pages) newJobs() *jobs.List {
	return jobs.New(p.Finish, func(now jobs.Snapshot) {
		j := shownJob{now}
		if err := p.events.put(j.Event(), struct {
			Text    string `json:"text"`
			Share   any    `json:"share"`
			Percent string `json:"percent"`
			Ended   bool   `json:"ended"`
		}{j.Step(), j.Fraction(), j.Percent(), !j.Running()}); err != nil {
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

// OnAppJob serves the page of a job, and cancels the job when its button is pressed.
func (p pages) OnAppJob(w *dibbler.Response, r *http.Request, form struct {
	ID string `schema:"id"`
}) error {
	job := p.jobs.Job(form.ID)
	if job == nil {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "This job is no longer listed: only the latest jobs are kept."}
	}
	if r.Method == http.MethodPost {
		job.Cancel()
		return redirect(w, jobs.PagePath(form.ID))
	}
	if isShown(r) {
		job.Seen()
	}
	page := jobPage{p.frame(""), shownJob{job.Snapshot()}, p.id}
	if page.Job.State == jobs.Done && page.Job.Page != "" {
		return redirect(w, page.Job.Page)
	}
	page.Title, page.Refresh = page.Job.Title, page.Job.Running()
	return show(w, "job.html", page)
}

// A jobPage is the data of web/job.html.
type jobPage struct {
	frame
	Job     shownJob
	Program string // identifies this process
}

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
