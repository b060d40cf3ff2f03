package dev

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A change is what has to be done because a file has changed. The higher includes the
// lower.
type change int

const (
	changeNothing change = iota
	changeVet            // a test: look whether it is right
	changePages          // what the tool reads from disk: have open pages load again
	changeTool           // build
)

// of returns the change that a path stands for. It ends with a separator if it was a
// folder that is gone.
func (s *sources) of(name string) change {
	if c, ok := s.ofEmbedded(name); ok {
		return c
	}
	rel, err := filepath.Rel(s.root, name)
	if err != nil || strings.HasPrefix(rel, "..") && !s.isPackage(filepath.Dir(name)) {
		return changeNothing
	}
	if slices.ContainsFunc(strings.Split(filepath.ToSlash(filepath.Dir(rel)), "/"), isIgnored) || isTemporary(filepath.Base(name)) {
		return changeNothing
	}
	switch base := filepath.Base(name); {
	case strings.HasSuffix(name, string(filepath.Separator)):
		if isIgnored(base) {
			return changeNothing
		}
		return changeTool
	case strings.HasPrefix(base, "_"):
		return changeNothing // by the go command, too
	case strings.HasSuffix(base, "_test.go"):
		return changeVet
	case sourceName.MatchString(base):
		return changeTool
	}
	return changeNothing
}

// sourceName is what the go command builds from, but for what is embedded.
var sourceName = regexp.MustCompile(`\.(go|s|S|sx|c|cc|cpp|cxx|h|hh|hpp|hxx|m|swig|syso)$|^go\.(mod|sum|work|work\.sum)$`)

// ofEmbedded returns the change of a file that is embedded, or would be by the next build.
func (s *sources) ofEmbedded(name string) (c change, ok bool) {
	for _, p := range s.packages {
		rel, err := filepath.Rel(p.dir, name)
		if err != nil || strings.HasPrefix(rel, "..") {
			continue
		}
		rel = filepath.ToSlash(rel)
		known := p.embedded[rel]
		if !known && isTemporary(filepath.Base(name)) {
			continue
		}
		for _, pattern := range p.patterns {
			switch itself, inFolder := pattern.matches(rel); {
			// The tool does not read a file that is new beside its source file.
			case !itself && !inFolder:
			case pattern.live && (known || inFolder):
				c, ok = max(c, changePages), true
			default:
				c, ok = changeTool, true
			}
		}
	}
	return c, ok
}

func (s *sources) isPackage(dir string) bool {
	return slices.ContainsFunc(s.packages, func(p sourcePackage) bool { return p.dir == dir })
}

// isIgnored reports whether folders of this name have nothing that an author edits for the
// tool, unless it is embedded.
func isIgnored(folder string) bool {
	return folder == "dist" || folder == "node_modules" || len(folder) > 1 && folder[0] == '.' && folder != ".."
}

// isTemporary reports whether an editor writes files of this name beside the one that it
// saves: vim, Emacs, GoLand, Kate and their kind.
func isTemporary(name string) bool { return temporaryName.MatchString(name) }

var temporaryName = regexp.MustCompile(`^\.|^#|~$|^\d+$|\.(swp|swo|swx|tmp|bak|orig)$|___jb_(tmp|old)___$`)
