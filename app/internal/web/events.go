package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	maxEvents    = 1000    // names of plug-ins' events
	maxEventData = 1 << 20 // bytes of JSON

	// eventPause is the minimum time between two updates of a page.
	eventPause = 50 * time.Millisecond
)

// events holds the latest data of each event. The zero value is ready to use. Its methods
// may be called concurrently.
type events struct {
	mu      sync.Mutex
	version uint64
	latest  map[string]publication
	names   int           // plug-ins' events in latest
	changed chan struct{} // closed when version changes; nil if nothing waits for that
}

// A publication is the latest data of an event.
type publication struct {
	version uint64
	text    []byte // the event and its data in JSON
}

var eventName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`) })

func (e *events) publish(event string, data any) error {
	if !eventName().MatchString(event) {
		return fmt.Errorf("bad event %q; use a name of letters, digits, hyphens and underscores, such as tick", event)
	}
	return e.store(event, data, true)
}

// put publishes an event of the program, whose name plug-ins cannot use.
func (e *events) put(event string, data any) error { return e.store(event, data, false) }

func (e *events) store(event string, data any, counts bool) error {
	text, err := json.Marshal(struct {
		Event string `json:"event"`
		Data  any    `json:"data"`
	}{event, data})
	if err != nil {
		return fmt.Errorf("event %q: %w", event, err)
	}
	if len(text) > maxEventData {
		return fmt.Errorf("event %q: its data has %d bytes in JSON, more than %d; publish less, and let the page fetch the rest", event, len(text), maxEventData)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.latest[event]; !ok && counts {
		if e.names == maxEvents {
			return fmt.Errorf("event %q: there are already %d events; use fewer names and more data", event, maxEvents)
		}
		e.names++
	}
	if e.latest == nil {
		e.latest = map[string]publication{}
	}
	e.version++
	e.latest[event] = publication{e.version, text}
	if e.changed != nil {
		close(e.changed)
		e.changed = nil
	}
	return nil
}

// remove forgets an event.
func (e *events) remove(event string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.latest, event)
}

// since returns the events that were published after version, in order, the current
// version, and a channel that is closed when there are more.
func (e *events) since(version uint64) (news []publication, now uint64, more <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if version < e.version {
		for p := range maps.Values(e.latest) {
			if p.version > version {
				news = append(news, p)
			}
		}
		slices.SortFunc(news, func(a, b publication) int { return int(a.version) - int(b.version) })
	}
	if e.changed == nil {
		e.changed = make(chan struct{})
	}
	return news, e.version, e.changed
}

// OnAppEvents sends published events to open pages, and tells them when the program ends.
func (p pages) OnAppEvents(w *dibbler.Response, r *http.Request) error {
	stopping := dibbler.Stopping(r.Context())
	w.WriteOKHeaders("text/event-stream")
	// Firefox needs data to treat a stream as open.
	if _, err := fmt.Fprintf(w, "event: news\ndata: {\"event\":\".program\",\"data\":%q}\n\n", p.id); err != nil {
		return err
	}
	for version := uint64(0); ; {
		news, now, more := p.events.since(version)
		version = now
		ending := false
		select {
		case <-stopping: // say so before the last events, some of which may be due to the end
			ending = true
			if _, err := w.WriteString("event: end\ndata:\n\n"); err != nil {
				return err
			}
		default:
		}
		for _, n := range news {
			if _, err := fmt.Fprintf(w, "event: news\ndata: %s\n\n", n.text); err != nil {
				return err
			}
		}
		if ending {
			return nil
		}
		w.Flush()
		var pause <-chan time.Time // nil before the first events
		if len(news) > 0 {
			pause, more = time.After(eventPause), nil
		}
		select {
		case <-more:
		case <-pause:
		case <-stopping:
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
}
