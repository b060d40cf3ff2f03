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

// A Job is work that runs in the background and continues when tabs are closed. [Tool.Go]
// starts it. Its methods may be called concurrently.
type Job struct{ job *jobs.Job }

// Page returns the path of the job's page, such as "/app.job?id=…", for a methlet to
// redirect to. The page shows the progress of the job and a button that cancels it. When
// the job ends, the page goes to the page set by [Progress.Result], or shows the error.
// The page /app.jobs lists the running jobs and the last 20 that have ended.
func (j *Job) Page() string { return jobs.PagePath(j.job.Snapshot().ID) }

// Cancel cancels the context of the job. It does not wait.
func (j *Job) Cancel() { j.job.Cancel() }

// Ended returns a channel that is closed when the job has ended.
func (j *Job) Ended() <-chan struct{} { return j.job.Ended() }

// Err returns nil while the job is running or if it was successful, and otherwise its
// error.
func (j *Job) Err() error { return j.job.Err() }

// A Progress takes the reports of a running job. Its methods may be called concurrently.
// They are cheap and can be called often: the pages and the icon show the latest report,
// a few times a second.
type Progress struct {
	job     *jobs.Job
	uploads []*Upload
}

// Set reports that done of total units are done. The unit can be anything, such as bytes.
// If total is zero or negative, the total is unknown.
func (p *Progress) Set(done, total int64) {
	share := 0.0
	if total > 0 {
		share = min(max(float64(done)/float64(total), 0), 1)
	}
	p.job.Update(func(s *jobs.Snapshot) { s.Share = share })
}

// Say reports the current step of the job, such as "Reading holidays.ics", in one line.
func (p *Progress) Say(text string) {
	p.job.Update(func(s *jobs.Snapshot) { s.Text = text })
}

// Result sets the page that shows the result, such as "/report/3". When the job ends
// without an error, its page goes there. If Result was not called, the job's page says
// that the job is done. Result returns an error if page is not a page of the program.
func (p *Progress) Result(page string) error {
	if !loopback.IsPage(page) {
		return fmt.Errorf("app: the result of a job cannot be at %q, which is not a page of the program; use a path such as /report/3", page)
	}
	p.job.Update(func(s *jobs.Snapshot) { s.Page = page })
	return nil
}

// Page returns the path of the job's page, like [Job.Page], for example for a notice.
func (p *Progress) Page() string { return jobs.PagePath(p.job.Snapshot().ID) }

// Uploads returns copies of the files that were passed to [Tool.Go], in the same order.
func (p *Progress) Uploads() []*Upload { return p.uploads }

// An Upload is a job's copy of an uploaded file. The job needs a copy because the
// request's file is removed when the methlet returns. The copy is removed when the job
// ends.
type Upload struct {
	*os.File
	Filename string // as the browser sent it
	Size     int64  // bytes
}

// Go starts f as a job and returns without waiting for it. title is the name of the job,
// such as "Import of holidays.ics", on the job's page, in the icon's menu and in the log.
// While a job runs, the icon shows that the program is busy. uploads are files of the
// current request, which f gets as [Progress.Uploads].
//
// ctx is canceled when the owner cancels the job. When the program shuts down, it waits
// for jobs as long as for requests: 10 seconds, or 4 when the desktop session ends. The
// channel of [dibbler.Stopping] is closed at the beginning of that time, and ctx is
// canceled at its end. A long job should stop when the channel is closed, and return
// [context.Canceled].
//
// If f returns [context.Canceled] or the error of ctx, the job counts as canceled. Any
// other error is shown on the job's page: only the Message if it is a [dibbler.Error],
// and otherwise the text of the error. The icon asks for attention until the owner has
// seen the error. A panic becomes an error.
//
// If the program is shutting down or an upload cannot be copied, f is not called, and the
// job has already failed when Go returns.
func (t *Tool) Go(title string, f func(ctx context.Context, p *Progress) error, uploads ...*multipart.FileHeader) *Job {
	kept, err := keepUploads(uploads)
	if err == nil && f == nil {
		err = errors.New("Go: the function is nil")
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

// closeUploads removes the copies. The job may have closed or removed them already.
func closeUploads(uploads []*Upload) {
	for _, u := range uploads {
		_ = u.Close()
		_ = os.Remove(u.Name())
	}
}
