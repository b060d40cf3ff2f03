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

// A Job is work that goes on beside requests, however many tabs are closed meanwhile.
// [Tool.Go] makes it. Its methods may be called concurrently.
type Job struct{ job *jobs.Job }

// Page returns the page of the job, such as "/app.job?id=…", to which a methlet can send
// the owner. It shows how far the job is, with a button that cancels it, then what
// [Progress.Result] says or why the job has failed. Twenty jobs that have ended are
// kept until the program ends, on the page /app.jobs.
func (j *Job) Page() string { return jobs.PagePath(j.job.Snapshot().ID) }

// Cancel cancels the context of the job. It does not wait.
func (j *Job) Cancel() { j.job.Cancel() }

// Ended returns a channel that is closed when the job has ended.
func (j *Job) Ended() <-chan struct{} { return j.job.Ended() }

// Err returns the error of the job when it has ended, and nil until then.
func (j *Job) Err() error { return j.job.Err() }

// A Progress is what the function of a job tells of it. Its methods may be called
// concurrently, and cost next to nothing, however often they are called: pages and the
// icon show what was told last, a few times a second.
type Progress struct {
	job     *jobs.Job
	uploads []*Upload
}

// Set tells that done of total are done, in whatever is counted, such as bytes. If total is
// not positive, it is not known how much there is to do.
func (p *Progress) Set(done, total int64) {
	share := 0.0
	if total > 0 {
		share = min(max(float64(done)/float64(total), 0), 1)
	}
	p.job.Update(func(s *jobs.Snapshot) { s.Share = share })
}

// Say tells what is being done just now, in a line such as "Reading holidays.ics".
func (p *Progress) Say(text string) {
	p.job.Update(func(s *jobs.Snapshot) { s.Text = text })
}

// Result names the page that shows the result, such as "/report/3". When the job has ended
// without an error, open pages of the job go there. Without it they say that it is done.
func (p *Progress) Result(page string) error {
	if !loopback.IsPage(page) {
		return fmt.Errorf("app: the result of a job cannot be shown by %q, which is no page of the program; give a path such as /report/3", page)
	}
	p.job.Update(func(s *jobs.Snapshot) { s.Page = page })
	return nil
}

// Uploads returns the files that [Tool.Go] was given.
func (p *Progress) Uploads() []*Upload { return p.uploads }

// An Upload is a file of a form, as a job has it: the request's own is gone when the
// methlet returns. It is removed when the job ends.
type Upload struct {
	*os.File
	Filename string // what the form's sender calls it
	Size     int64  // bytes
}

// Go runs f as a job, and returns at once. title says what it is, such as "Import of
// holidays.ics", to the owner: on the job's page, in the icon's menu, whose icon is busy
// meanwhile, and in the log. uploads are files of the request at hand that f needs.
//
// ctx is canceled when the owner cancels the job, and when the program ends and the time
// for what is in flight is over: like a request, a job is waited for, for ten seconds or
// four, and [dibbler.Stopping] of ctx tells when that begins. Return ctx's error then. Any
// other error is shown on the job's page, and the icon asks for attention until the owner
// has seen it. A panic becomes an error.
//
// A job that cannot run, because the program ends or an upload cannot be kept, has failed
// when Go returns.
func (t *Tool) Go(title string, f func(ctx context.Context, p *Progress) error, uploads ...*multipart.FileHeader) *Job {
	kept, err := keepUploads(uploads)
	if err == nil && f == nil {
		err = errors.New("there is nothing to do: Go was called with nil")
	}
	return &Job{t.site.StartJob(title, func(ctx context.Context, j *jobs.Job) error {
		if err != nil {
			return t.named(err)
		}
		return f(ctx, &Progress{j, kept})
	}, func() { closeUploads(kept) })}
}

// keepUploads copies the files of a request.
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

// closeUploads removes files, which f may have closed or removed already.
func closeUploads(uploads []*Upload) {
	for _, u := range uploads {
		_ = u.Close()
		_ = os.Remove(u.Name())
	}
}
