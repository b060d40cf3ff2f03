package dev

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// The functions in this file show a session's messages to the author, on the terminal and
// above the pages.

func (s *session) say(format string, args ...any) {
	fmt.Fprintf(s.stderr, "dibble dev: "+format+"\n", args...)
}

// state returns the state for the pages of a program. A program that is started again
// keeps its version, so its pages do not reload.
func (s *session) state(program string) state {
	st := state{Version: fmt.Sprintf("%s-%s-%d", s.id, filepath.Base(filepath.Dir(program)), s.reloads), Problems: []problem{}}
	if s.failure.Title != "" {
		st.Problems = append(st.Problems, s.failure)
	}
	st.Problems = append(st.Problems, s.found...)
	return st
}

// tell sends the current state to the pages.
func (s *session) tell() {
	if s.child != nil && !s.child.stopping {
		s.child.tell(s.state(s.child.program))
	}
}

// fail shows a failure on the pages. The text is already on the terminal.
func (s *session) fail(title, text string) {
	s.failure = problem{Title: title, Text: shorten(text)}
	s.say("%s", title)
	if s.child == nil && s.worked == "" {
		s.say("waiting for a change")
	}
}

// shorten truncates text to a length that a page can show.
func shorten(text string) string {
	const most = 12 << 10
	text = strings.TrimSpace(text)
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// goesOn returns a sentence for a failure if a tool keeps running.
func (s *session) goesOn() string {
	if s.child != nil && s.child.isReady {
		return " The previous build keeps running."
	}
	return ""
}

// mended clears the problems of the previous build.
func (s *session) mended() { s.failure, s.found = problem{}, nil }

// names describes the files of a burst, relative to the module's folder.
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
