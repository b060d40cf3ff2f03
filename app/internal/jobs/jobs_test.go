package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dibbler-app/dibbler/tray"
)

// A program is a fake program with a List.
type program struct {
	ctx  context.Context
	stop context.CancelFunc
	err  error // the result of adding work

	mu      sync.Mutex
	told    []Snapshot
	removed []string
}

func newList(t *testing.T) (*List, *program) {
	p := new(program)
	p.ctx, p.stop = context.WithCancel(context.Background())
	t.Cleanup(p.stop)
	return New(func(_ string, work func(context.Context)) error {
		if p.err != nil {
			return p.err
		}
		go work(p.ctx)
		return nil
	}, func(s Snapshot) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.told = append(p.told, s)
	}, func(id string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.removed = append(p.removed, id)
	}), p
}

// last returns the last report of a job.
func (p *program) last(j *Job) (last Snapshot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.told {
		if s.ID == j.Snapshot().ID {
			last = s
		}
	}
	return last
}

func TestJob(t *testing.T) {
	boom := errors.New("no such file")
	for name, test := range map[string]struct {
		run  func(ctx context.Context, j *Job) error
		want State
		text string
	}{
		"done":     {func(context.Context, *Job) error { return nil }, Done, ""},
		"failed":   {func(context.Context, *Job) error { return boom }, Failed, "no such file"},
		"panicked": {func(context.Context, *Job) error { panic("oh") }, Failed, "panicked: oh"},
		"Goexit":   {func(context.Context, *Job) error { runtime.Goexit(); return nil }, Failed, "called runtime.Goexit"},
		"canceled": {func(ctx context.Context, j *Job) error {
			j.Cancel()
			<-ctx.Done()
			return fmt.Errorf("read: %w", ctx.Err())
		}, Canceled, ""},
		"done although canceled": {func(ctx context.Context, j *Job) error { j.Cancel(); return nil }, Done, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, p := newList(t)
				cleaned := 0
				j := l.Start("Import", test.run, func() { cleaned++ })
				<-j.Ended()
				synctest.Wait()
				s := p.last(j)
				if s.State != test.want || s.Text != test.text || s.Title != "Import" || s.Ended.IsZero() || s.Canceling {
					t.Errorf("the job ends as %+v, want %v and %q", s, test.want, test.text)
				}
				if (j.Err() == nil) != (test.want == Done) || cleaned != 1 {
					t.Errorf("error %v, cleaned %d times", j.Err(), cleaned)
				}
				j.Update(func(s *Snapshot) { s.Text = "late" })
				if j.Snapshot().Text == "late" {
					t.Error("Update changes a job that has ended")
				}
			})
		})
	}
}

// Shutdown cancels a job.
func TestJob_programEnds(t *testing.T) {
	l, p := newList(t)
	j := l.Start("Import", func(ctx context.Context, _ *Job) error { <-ctx.Done(); return ctx.Err() }, nil)
	p.stop()
	<-j.Ended()
	if s := j.Snapshot(); s.State != Canceled {
		t.Errorf("%v", s.State)
	}
	p.err = errors.New("the program ends")
	if j := l.Start("Late", nil, nil); j.Err() != p.err || j.Snapshot().State != Failed {
		t.Errorf("a job that came too late: %v, %v", j.Snapshot().State, j.Err())
	}
}

// Progress is reported a few times a second, even if Update is called more often.
func TestUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p := newList(t)
		const updates = 10_000
		j := l.Start("Count", func(ctx context.Context, j *Job) error {
			for n := range updates {
				j.Update(func(s *Snapshot) { s.Share = float64(n+1) / updates })
				time.Sleep(time.Second / updates)
			}
			return nil
		}, nil)
		<-j.Ended()
		synctest.Wait()
		if n := len(p.told); n < 4 || n > 8 {
			t.Errorf("%d reports in a second", n)
		}
		if !slices.IsSortedFunc(p.told, func(a, b Snapshot) int { return int(1000 * (a.Share - b.Share)) }) {
			t.Errorf("%+v", p.told)
		}
	})
}

// Ten jobs run at once, and one ignores its context.
func TestJobs_atOnce(t *testing.T) {
	l, _ := newList(t)
	release := make(chan bool)
	stubborn := l.Start("Stubborn", func(context.Context, *Job) error { <-release; return nil }, nil)
	var others []*Job
	for range 9 {
		others = append(others, l.Start("Other", func(ctx context.Context, _ *Job) error { <-ctx.Done(); return ctx.Err() }, nil))
	}
	for _, j := range append(others, stubborn) {
		j.Cancel()
	}
	for _, j := range others {
		<-j.Ended()
	}
	if s := stubborn.Snapshot(); s.State != Running || !s.Canceling {
		t.Errorf("%+v", s)
	}
	close(release)
	<-stubborn.Ended()
	if s := stubborn.Snapshot(); s.State != Done {
		t.Errorf("%+v", s)
	}
}

func TestList(t *testing.T) {
	l, p := newList(t)
	release := make(chan bool)
	first := l.Start("First", func(context.Context, *Job) error { <-release; return nil }, nil)
	for range keptJobs + 3 {
		<-l.Start("Other", func(context.Context, *Job) error { return nil }, nil).Ended()
	}
	// Each job is removed when the next one ends.
	gone := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.removed)
	}
	for gone() < 3 {
		runtime.Gosched()
	}
	if n := len(l.All()); n != keptJobs+1 {
		t.Errorf("%d jobs are in the list, want %d and the running one", n, keptJobs)
	}
	if l.Job(first.Snapshot().ID) != first {
		t.Error("a running job was removed from the list")
	}
	close(release)
	<-first.Ended()
	if l.Job("nonsense") != nil {
		t.Error("Job returns a job for an unknown ID")
	}
}

func TestInfo(t *testing.T) {
	l, _ := newList(t)
	if info := l.Info(); info.Items != nil || info.Status != tray.Idle {
		t.Errorf("without a job: %+v", info)
	}
	ready, release := make(chan bool), make(chan bool)
	wait := func(share float64) func(context.Context, *Job) error {
		return func(_ context.Context, j *Job) error {
			j.Update(func(s *Snapshot) { s.Share = share })
			ready <- true
			<-release
			return errors.New("no")
		}
	}
	bad := l.Start("Bad", wait(.5), nil)
	<-ready
	good := l.Start("Good", wait(.25), nil)
	<-ready
	info := l.Info()
	if strings.Join(info.Tooltip, "|") != "Bad: 50 %|Good: 25 %" || info.Status != tray.Busy || info.Done != .25 {
		t.Errorf("while two jobs run: %+v", info)
	}
	if page := info.Items[0].Page; page != PagePath(bad.Snapshot().ID) {
		t.Errorf("the menu item opens %s", page)
	}
	close(release)
	<-bad.Ended()
	<-good.Ended()
	if info := l.Info(); len(info.Items) != 2 || info.Status != tray.Attention || info.Tooltip[0] != "Bad has failed" {
		t.Errorf("after both have failed: %+v", info)
	}
	bad.Seen()
	good.Seen()
	if info := l.Info(); info.Items != nil || info.Status != tray.Idle {
		t.Errorf("after the owner has looked: %+v", info)
	}
}

func BenchmarkUpdate(b *testing.B) {
	l := New(func(_ string, work func(context.Context)) error { go work(context.Background()); return nil }, func(Snapshot) {}, func(string) {})
	j := l.Start("Count", func(ctx context.Context, j *Job) error { <-ctx.Done(); return nil }, nil)
	for n := 0; b.Loop(); n++ {
		j.Update(func(s *Snapshot) { s.Share = float64(n) })
	}
	j.Cancel()
	<-j.Ended()
}
