package dev

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A change is the action after a file has changed. A higher value includes the lower
// ones.
type change int

const (
	changeNothing change = iota
	changeVet            // a test has changed: run go vet
	changePages          // a file that the tool reads from disk has changed: reload pages
	changeTool           // build the tool
)

// of returns the change for the file at a path. The path of a removed folder ends with a
// separator.
func (s *sources) of(name string) change {
	if c, ok := s.ofEmbedded(name); ok {
		return c
	}
	rel, err := filepath.Rel(s.root, name)
	if err != nil || strings.HasPrefix(rel, "..") && !s.isPackage(filepath.Dir(name)) {
		return changeNothing
	}
	ignored := slices.ContainsFunc(strings.Split(filepath.ToSlash(filepath.Dir(rel)), "/"), isIgnored)
	if ignored && !s.isPackage(filepath.Dir(name)) || isTemporary(filepath.Base(name)) {
		return changeNothing
	}
	switch base := filepath.Base(name); {
	case strings.HasSuffix(name, string(filepath.Separator)):
		if isIgnored(base) {
			return changeNothing
		}
		return changeTool
	case strings.HasPrefix(base, "_"):
		return changeNothing // the go command also ignores it
	case strings.HasSuffix(base, "_test.go"):
		return changeVet
	case sourceName.MatchString(base):
		return changeTool
	}
	return changeNothing
}

// sourceName matches the files that the go command compiles, except embedded ones.
var sourceName = regexp.MustCompile(`\.(go|s|S|sx|c|cc|cpp|cxx|h|hh|hpp|hxx|m|swig|syso)$|^go\.(mod|sum|work|work\.sum)$`)

// ofEmbedded returns the change for a file that is embedded, or will be by the next build.
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
			// The tool does not read a new file beside its source file.
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

// holdsEmbedded reports whether a pattern, such as web/*.html, embeds files in the folder.
func (s *sources) holdsEmbedded(folder string) bool {
	for _, p := range s.packages {
		rel, err := filepath.Rel(p.dir, folder)
		if err != nil {
			continue
		}
		for _, pattern := range p.patterns {
			for above := path.Dir(pattern.text); above != "." && above != "/"; above = path.Dir(above) {
				if ok, _ := path.Match(above, filepath.ToSlash(rel)); ok {
					return true
				}
			}
		}
	}
	return false
}

func (s *sources) isPackage(dir string) bool {
	return slices.ContainsFunc(s.packages, func(p sourcePackage) bool { return p.dir == dir })
}

// isIgnored reports whether changes in folders with this name are ignored, except of
// embedded files and of packages of the tool.
func isIgnored(folder string) bool {
	return folder == "dist" || folder == "node_modules" || len(folder) > 1 && folder[0] == '.' && folder != ".."
}

// isTemporary reports whether editors such as vim, Emacs, GoLand and Kate write files
// with this name while they save another file.
func isTemporary(name string) bool { return temporaryName.MatchString(name) }

var temporaryName = regexp.MustCompile(`^\.|^#|~$|^\d+$|\.(swp|swo|swx|tmp|bak|orig)$|___jb_(tmp|old)___$`)
