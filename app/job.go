package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"os"

	"github.com/dibbler-app/dibbler/app/internal/jobs"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
)

// A Job is work that runs beside requests, and goes on when tabs are closed. [Tool.Go] makes
// it. Its methods may be called concurrently.
type Job struct{ job *jobs.Job }

// Page returns the page of the job, such as "/app.job?id=…", to which a methlet can redirect
// the owner. It shows the progress of the job and a button that cancels it. At the end, it
// leads to the page of [Progress.Result] or shows why the job has failed. The page /app.jobs
// lists all jobs; it keeps the last twenty that have ended until the program ends.
func (j *Job) Page() string { return jobs.PagePath(j.job.Snapshot().ID) }

// Cancel cancels the context of the job. It does not wait.
func (j *Job) Cancel() { j.job.Cancel() }

// Ended returns a channel that is closed when the job has ended.
func (j *Job) Ended() <-chan struct{} { return j.job.Ended() }

// Err returns the error of the job when it has ended, and nil until then.
func (j *Job) Err() error { return j.job.Err() }

// A Progress takes what the function of a job reports. Its methods may be called
// concurrently, and cost next to nothing, however often they are called: pages and the icon
// show the latest report, a few times a second.
type Progress struct {
	job     *jobs.Job
	uploads []*Upload
}

// Set reports that done of total are done, in any unit, such as bytes. If total is not
// positive, the total is not known.
func (p *Progress) Set(done, total int64) {
	share := 0.0
	if total > 0 {
		share = min(max(float64(done)/float64(total), 0), 1)
	}
	p.job.Update(func(s *jobs.Snapshot) { s.Share = share })
}

// Say reports what the job is doing, in a line such as "Reading holidays.ics".
func (p *Progress) Say(text string) {
	p.job.Update(func(s *jobs.Snapshot) { s.Text = text })
}

// Result sets the page that shows the result, such as "/report/3". When the job has ended
// without an error, open pages of the job go there. If it was not set, they say that the job
// is done.
func (p *Progress) Result(page string) error {
	if !loopback.IsPage(page) {
		return fmt.Errorf("app: the result of a job cannot be shown by %q, which is no page of the program; want a path such as /report/3", page)
	}
	p.job.Update(func(s *jobs.Snapshot) { s.Page = page })
	return nil
}

// Page returns the page of the job, as [Job.Page] does, for a notice for example.
func (p *Progress) Page() string { return jobs.PagePath(p.job.Snapshot().ID) }

// Uploads returns the files that [Tool.Go] was given.
func (p *Progress) Uploads() []*Upload { return p.uploads }

// An Upload is a copy of an uploaded file, for a job: the request's file is removed when the
// methlet returns. The copy is removed when the job ends.
type Upload struct {
	*os.File
	Filename string // as the browser sent it
	Size     int64  // bytes
}

// Go runs f as a job, and returns at once. title names the job for the owner, such as "Import
// of holidays.ics": on the job's page, in the icon's menu and in the log. While a job runs,
// the icon is busy. uploads are files of the current request that f needs.
//
// When the program ends, it waits for a job as for a request, for ten seconds or four;
// [dibbler.Stopping] of ctx tells when that begins. ctx is canceled when this time is over,
// or when the owner cancels the job. Then f should return ctx's error, and a job that would
// take longer than the end may wait, and stops when that begins, [context.Canceled]: both
// count as canceled. Any other error is shown on the job's page: the Message of a
// [dibbler.Error] as it is, and other texts after "It has failed: ". The icon asks for attention
// until the owner has seen it. A panic becomes an error.
//
// If the job cannot run, because the program is ending or an upload cannot be copied, it has
// failed when Go returns.
func (t *Tool) Go(title string, f func(ctx context.Context, p *Progress) error, uploads ...*multipart.FileHeader) *Job {
	kept, err := keepUploads(uploads)
	if err == nil && f == nil {
		err = errors.New("Go was called with nil")
	}
	return &Job{t.site.StartJob(title, func(ctx context.Context, j *jobs.Job) error {
		if err != nil {
			return t.named(err)
		}
		return f(ctx, &Progress{j, kept})
	}, func() { closeUploads(kept) })}
}

// keepUploads copies files of a request.
func keepUploads(headers []*multipart.FileHeader) (kept []*Upload, err error) {
	for _, h := range headers {
		u, err := keepUpload(h)
		if err != nil {
			closeUploads(kept)
			return nil, fmt.Errorf("the upload %s: %w", h.Filename, err)
		}
		kept = append(kept, u)
	}
	return kept, nil
}

func keepUpload(h *multipart.FileHeader) (*Upload, error) {
	from, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	to, err := os.CreateTemp("", "upload-")
	if err != nil {
		return nil, err
	}
	u := &Upload{to, h.Filename, h.Size}
	if _, err = io.Copy(to, from); err == nil {
		_, err = to.Seek(0, io.SeekStart)
	}
	if err != nil {
		closeUploads([]*Upload{u})
		return nil, err
	}
	return u, nil
}

// closeUploads removes the copies, which f may have closed or removed already.
func closeUploads(uploads []*Upload) {
	for _, u := range uploads {
		_ = u.Close()
		_ = os.Remove(u.Name())
	}
}
