package dev

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// This is what the author reads of a session, on the terminal and over the pages.

func (s *session) say(format string, args ...any) {
	fmt.Fprintf(s.stderr, "dibble dev: "+format+"\n", args...)
}

// state is what the pages of a program are to know. A program that is started again has
// the version that it had, so that its pages stay as they are.
func (s *session) state(program string) state {
	st := state{Version: fmt.Sprintf("%s-%s-%d", s.id, filepath.Base(filepath.Dir(program)), s.reloads), Problems: []problem{}}
	if s.failure.Title != "" {
		st.Problems = append(st.Problems, s.failure)
	}
	st.Problems = append(st.Problems, s.found...)
	return st
}

// tell has the pages know the present state.
func (s *session) tell() {
	if s.child != nil && !s.child.stopping {
		s.child.tell(s.state(s.child.program))
	}
}

// fail shows what has gone wrong. The text is on the terminal already.
func (s *session) fail(title, text string) {
	s.failure = problem{Title: title, Text: shorten(text)}
	s.say("%s", title)
	if s.child == nil && s.worked == "" {
		s.say("waiting for a change")
	}
}

// shorten cuts text to a length that a page can show.
func shorten(text string) string {
	const most = 12 << 10
	text = strings.TrimSpace(text)
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// goesOn says which tool runs in spite of a failure.
func (s *session) goesOn() string {
	if s.child != nil && s.child.isReady {
		return " The tool before this change goes on."
	}
	return ""
}

// mended forgets what was wrong with the program before.
func (s *session) mended() { s.failure, s.found = problem{}, nil }

// names returns the files of a burst, from the module's folder.
func (s *session) names(b burst) string {
	names := []string{}
	for _, name := range b.names {
		if rel, err := filepath.Rel(s.sources.root, name); err == nil {
			name = rel
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	const most = 3
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more changed", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ") + " changed"
}
