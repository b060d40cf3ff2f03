package notes

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	keptPreviews = 2         // at most, since each has a whole file
	keptFor      = time.Hour // and not longer, about
	maxShown     = 200       // notes of each kind that a preview lists
)

// A preview is a file that may be imported.
type preview struct {
	ID   string
	Name string // of the file

	file *ics.File
	read time.Time
}

// newPreview reads the file that open opens.
func newPreview(name string, open func() (io.ReadCloser, error)) (*preview, error) {
	f, err := open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, err := ics.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be imported: %w", quoted(name), err)
	}
	return &preview{rand.Text(), name, file, time.Now()}, nil
}

// Others counts the components that are not imported.
func (p *preview) Others() map[string]int { return p.file.Others() }

// Zones returns the names of time zones that are unknown.
func (p *preview) Zones() (zones []string) {
	for _, e := range p.file.Events() {
		if e.Zone != "" && !slices.Contains(zones, e.Zone) {
			zones = append(zones, e.Zone)
		}
	}
	return zones
}

// previews are those that were made last.
type previews struct {
	mu   sync.Mutex
	list []*preview
}

func (l *previews) add(p *preview) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list[max(0, len(l.list)-keptPreviews+1):], p)
}

func (l *previews) get(id string) (*preview, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.list {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, &dibbler.Error{Status: http.StatusNotFound, Message: "The program does not remember this file any more. Choose it again on the page /import."}
}

// dropOld frees the memory of previews that nobody is likely to come back to.
func (l *previews) dropOld() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(p *preview) bool { return time.Since(p.read) > keptFor })
}

// A list has events under a title.
type list struct {
	Title  string
	Events []*ics.Event
}

// Shown returns the first of the events, and More how many others there are.
func (l list) Shown() []*ics.Event { return l.Events[:min(len(l.Events), maxShown)] }
func (l list) More() int           { return len(l.Events) - len(l.Shown()) }

// Lists returns the events of the preview.
func (v importView) Lists() []list {
	return []list{{"New", v.New}, {"In another version", v.Changed}, {"There already", v.Same}}
}
