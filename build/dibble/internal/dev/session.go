package dev

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"
)

// A session runs a tool, and restarts it after changes. All of its methods run on the
// goroutine of run; jobs and children report on channels that they have ended.
//
//	change ──▶ build ──▶ stop the running tool ──▶ start the new one ──▶ vet
//	             └─ failed: show the problems        └─ failed: start the last
//	                                                    one that worked again
type session struct {
	args           []string // the tool's arguments
	stdout, stderr io.Writer
	builds         string // the folder of builds
	sources        *sources
	watcher        *watcher
	id             string // the ID of the session

	job    *job   // the job that builds or vets, or nil
	child  *child // the process that starts, serves or ends, or nil
	next   string // the program to start when child has ended, or ""
	worked string // the last program that has served

	number  int // the number of builds
	reloads int // reloads for files that the tool reads from disk
	opened  bool

	failure problem   // of the build or the start
	found   []problem // found by vet
}

// run runs the session until ctx is done or the tool ends by itself.
func (s *session) run(ctx context.Context) error {
	defer s.end()
	s.build(ctx)
	for {
		var ready, ended <-chan struct{}
		if s.child != nil {
			ended = s.child.ended
			if !s.child.isReady && !s.child.stopping {
				ready = s.child.ready
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case b := <-s.watcher.bursts:
			s.changed(ctx, b)
		case r := <-s.job.results():
			vets := s.job.vets
			s.job = nil
			if vets {
				s.vetted(r)
			} else {
				s.built(ctx, r)
			}
		case <-ready:
			s.child.isReady = true
			s.ready(ctx)
		case <-ended:
			if over := s.ended(); over {
				return nil
			}
		}
	}
}

// end ends the session's job and child, and waits for them.
func (s *session) end() {
	s.job.stop()
	if s.child != nil {
		s.child.stop()
		<-s.child.ended
	}
	s.job.wait()
}

// changed handles a burst of changes.
func (s *session) changed(ctx context.Context, b burst) {
	current := s.failure.Title == "" && s.child != nil && s.child.isReady && !s.child.stopping && (s.job == nil || s.job.vets)
	switch {
	case b.change == changeVet:
		if current {
			s.vet(ctx)
		}
	case b.change == changePages && current:
		s.say("%s; pages reload", s.names(b))
		s.reloads++
		s.tell()
	default:
		s.say("%s", s.names(b))
		s.build(ctx)
	}
}

// build starts a build of the current sources.
func (s *session) build(ctx context.Context) {
	s.number++
	folder := filepath.Join(s.builds, fmt.Sprint(s.number))
	sources := s.sources
	s.job = s.job.then(ctx, false, func(ctx context.Context) result { return build(ctx, sources, folder) })
}

// built handles the end of a build.
func (s *session) built(ctx context.Context, b result) {
	switch {
	case b.err != nil:
		fmt.Fprintln(s.stderr, b.err)
		s.fail("The go command failed.", b.err.Error())
		s.tell()
	case b.problems != "":
		fmt.Fprint(s.stderr, b.problems)
		s.fail("This does not compile."+s.goesOn(), b.problems)
		s.tell()
	case s.child != nil && s.child.isReady && !s.child.stopping && sameFile(b.program, s.child.program):
		s.mended()
		s.say("the build is the same as before")
		s.tell()
		s.removeBuilds()
		s.vet(ctx)
	default:
		s.mended()
		s.say("built in %v", b.took.Round(10*time.Millisecond))
		s.replace(b.program)
	}
}

// replace replaces the running program.
func (s *session) replace(program string) {
	s.next = program
	if s.child != nil {
		s.child.stop()
		return
	}
	s.start()
}

// start starts the next program.
func (s *session) start() {
	program := s.next
	s.next = ""
	args := s.args
	if s.opened {
		args = append([]string{"-no-browser"}, args...)
	}
	child, err := startChild(program, args, s.state(program), s.stdout, s.stderr)
	if err != nil {
		fmt.Fprintln(s.stderr, err)
		s.notStarted(program, err.Error())
		return
	}
	s.child = child
}

// ready handles the beginning of serving.
func (s *session) ready(ctx context.Context) {
	s.opened = true
	if s.child.program == s.worked {
		return // the program was started again
	}
	s.removeBuilds()
	s.worked = s.child.program
	if s.job == nil { // otherwise a later change is being built
		s.vet(ctx)
	}
}

// vet starts go vet, which also reads the current sources of the tool.
func (s *session) vet(ctx context.Context) {
	main := s.sources.main
	s.job = s.job.then(ctx, true, func(ctx context.Context) result { return vet(ctx, main) })
}

// vetted handles the end of go vet.
func (s *session) vetted(r result) {
	if r.sources != nil {
		s.sources = r.sources
		if err := s.watcher.follow(s.sources); err != nil {
			s.say("%v", err)
		}
	}
	had := len(s.found) > 0
	s.found = nil
	switch {
	case r.err != nil:
		s.say("%v", r.err)
	case r.problems != "":
		s.found = []problem{{Title: "go vet found problems.", Text: shorten(r.problems), Minor: true}}
		fmt.Fprint(s.stderr, r.problems)
		s.say("go vet found problems")
	}
	if had || len(s.found) > 0 {
		s.tell()
	}
}

// ended handles the end of a process, and reports whether the session is over.
func (s *session) ended() (over bool) {
	c := s.child
	s.child = nil
	select {
	case <-c.ready:
		c.isReady = true
	default:
	}
	const cut = 3 // the tool was asked to end, and cut off a request
	switch status := c.exitStatus(); {
	case s.next != "":
		s.start()
	case !c.isReady:
		s.notStarted(c.program, cmp.Or(c.stderr.text(s.sources.root), c.cmd.ProcessState.String()))
	case status == 0 || status == cut:
		s.say("the tool has ended, so dibble dev ends too")
		return true
	default:
		s.worked = ""
		s.fail(fmt.Sprintf("The tool crashed (%v). It will be started again after the next change.", c.cmd.ProcessState), c.stderr.text(s.sources.root))
	}
	return false
}

// notStarted shows why a program did not start, and starts the last one that worked.
func (s *session) notStarted(program, text string) {
	again := s.worked
	if program == again {
		again, s.worked = "", ""
	}
	title := "The tool does not start."
	if again != "" {
		title += " The previous build keeps running."
	}
	s.fail(title, text)
	if again != "" {
		s.next = again
		s.start()
	}
}
