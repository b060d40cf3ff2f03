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
	keptPreviews = 2 // each contains a file
	keptFor      = time.Hour
	maxShown     = 200 // notes in each list of a preview
)

// A preview is a file that the owner may import.
type preview struct {
	ID   string
	Name string // the name of the file
	*ics.File

	read time.Time
}

// newPreview reads a file.
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

// Zones returns the names of unknown time zones.
func (p *preview) Zones() (zones []string) {
	for _, e := range p.Events() {
		if e.Zone != "" && !slices.Contains(zones, e.Zone) {
			zones = append(zones, e.Zone)
		}
	}
	return zones
}

// previews keeps the latest previews.
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
	return nil, &dibbler.Error{Status: http.StatusNotFound, Message: "This preview has expired. Import the file again."}
}

// dropOld removes old previews to free memory.
func (l *previews) dropOld() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(p *preview) bool { return time.Since(p.read) > keptFor })
}

// A list is a list of events with a title.
type list struct {
	Title  string
	Events []*ics.Event
	loc    *time.Location
}

// Shown returns the events to show, and More the number of the others.
func (l list) Shown() []*ics.Event { return l.Events[:min(len(l.Events), maxShown)] }
func (l list) More() int           { return len(l.Events) - len(l.Shown()) }

// Day returns the first day of an event of the list.
func (l list) Day(e *ics.Event) string { return e.FirstDay(l.loc).Format("2\u00a0Jan\u00a02006") }

// Lists returns the events of the preview.
func (v importView) Lists() []list {
	return []list{{"New", v.New, v.loc}, {"Changed", v.Changed, v.loc}, {"Already in your notes", v.Same, v.loc},
		{"Not imported: an earlier event of the file has the same identifier (UID)", v.LeftOut, v.loc}}
}
