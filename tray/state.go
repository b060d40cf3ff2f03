package tray

import (
	"fmt"
	"strings"
	"sync"
)

// A State is a snapshot of the program that the icon and its menu show. The
// zero State is that of a program which is starting.
type State struct {
	// Address is where the program serves, such as 127.0.0.1:8888. It is empty
	// until the program serves.
	Address string
	// Draining says that the program ends as soon as it has answered its
	// Unfinished requests. The lines that would start new work are grey.
	Draining   bool
	Unfinished int
	// AtLogin is the check mark of "Start at login".
	AtLogin bool
	// Tooltip holds further lines for the tooltip. Windows cuts the whole
	// tooltip off after 127 UTF-16 units.
	Tooltip []string
	// Items are the lines that plug-ins add to the menu. Their number and order may
	// change.
	Items []Item
	// Status is drawn on the icon and named in the tooltip.
	Status Status
	// Done is the share of the work that is done while Status is Busy, up to 1. Zero
	// also means that the share is not known.
	Done float64
}

// A Status says whether the program works or waits for its owner. Of several, the
// largest is the most urgent.
type Status int

const (
	Idle      Status = iota // the icon alone
	Busy                    // the icon in a ring that fills up
	Attention               // the icon with a dot: the owner has to do something
)

// An Item is a line in the menu. Lines are told apart by their labels: on Linux and
// BSD, a click that arrives after lines have moved calls the line with the label that
// was clicked on.
type Item struct {
	Label string
	// Do is called when the line is chosen. If nil, the line is grey.
	Do func()
	// Checkable says that the line is an option that is on or off. Panels and screen
	// readers show that also while it is off.
	Checkable bool
	// Checked is the check mark. A line that has one is Checkable.
	Checked bool
}

// serving says in a few words whether the program answers requests.
func (s State) serving() string {
	switch {
	case s.Draining && s.Unfinished == 1:
		return "Finishing 1 request…"
	case s.Draining && s.Unfinished > 1:
		return fmt.Sprintf("Finishing %d requests…", s.Unfinished)
	case s.Draining:
		return "Finishing…"
	case s.Address == "":
		return "Starting…"
	default:
		return "Running at " + s.Address
	}
}

// tooltip is the text that panels show while the mouse rests on the icon.
func (s State) tooltip(name string) string {
	var lines []string
	for _, line := range []string{name, s.serving(), s.working()} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(append(lines, s.Tooltip...), "\n")
}

// working puts Status into words, for people who do not see it on the icon.
func (s State) working() string {
	switch {
	case s.Status == Attention:
		return "Needs attention"
	case s.Status == Busy && s.percent() > 0:
		return fmt.Sprintf("Working, %d %% done", s.percent())
	case s.Status == Busy:
		return "Working"
	default:
		return ""
	}
}

// percent is Done, rounded down so that 100 means the end.
func (s State) percent() int {
	if !(s.Done > 0) { // or NaN
		return 0
	}
	return int(min(s.Done, 1)*100 + 1e-9) // 0.29*100 is less than 29
}

// latest holds the snapshot of the program that was begun last.
type latest struct {
	changed chan struct{} // holds a token while the newest State is unread

	mu    sync.Mutex
	begun uint64 // so many snapshots have been begun
	kept  uint64 // state is the one with this number
	state State
}

// update calls snapshot and keeps its State, unless one that was begun later is
// there already: a snapshot that was slow is out of date.
func (l *latest) update(snapshot func() State) {
	l.mu.Lock()
	l.begun++
	number := l.begun
	l.mu.Unlock()

	s := snapshot()

	l.mu.Lock()
	if number > l.kept {
		l.kept, l.state = number, s
	}
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default: // the token is there
	}
}

func (l *latest) get() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}
