package tray_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// document has the table of hosts, for owners.
const document = "../../../app/OWNER.md"

// A row of the table, in the order in which its cells are filled in.
type row struct {
	name string
	menu bool // only for hosts with menus
	// cell tries it and returns what the host does; nil for the rows below.
	cell func(*session, *program) string
}

// The rows for which the program or the panel is started.
const (
	rowThere = "The icon appears"
	rowLater = "It appears when the panel starts after the tool"
	rowSharp = "It is sharp, also on dense screens"
	rowSeen  = "It is visible on panels that are"
)

var rows = []row{
	{name: rowThere},
	{name: rowLater},
	{name: rowSharp},
	{name: rowSeen},
	{"A click opens the", false, (*session).leftClick},
	{"A right click opens the", false, (*session).rightClick},
	{"A middle click opens the", false, (*session).middleClick},
	{"Every menu item works", true, (*session).everyLine},
	{"Check marks are visible", true, (*session).checkMark},
	{"Pointing at it shows the tooltip", false, (*session).tooltip},
	{"It shows when the tool is busy or needs attention", false, (*session).marks},
	{"Two tools have two icons", false, (*session).twoTools},
	{"The menu shows that the tool is finishing its work", true, (*session).finishing},
	{"A click on a notice opens its page", false, (*session).notice},
	{"It comes back when the panel restarts", false, (*session).restarted},
	{"It disappears when the tool ends", false, (*session).gone},
}

// A table has the text of each cell.
type table map[cell]string

type cell struct{ host, row string }

// readTable reads the table of hosts from the document.
func readTable(t *testing.T) table {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Desktops\n")
	all := make(table)
	var hosts []string
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|\n"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if hosts == nil {
			hosts = cells
			continue
		}
		for i, text := range cells[1:] {
			all[cell{hosts[i+1], cells[0]}] = text
		}
	}
	return all
}

// TestHosts tries the hosts that are installed here, and checks that the table in the
// document says what they do.
func TestHosts(t *testing.T) {
	proof.Only(t)
	documented := readTable(t)
	for _, h := range hosts {
		t.Run(h.name, func(t *testing.T) {
			h.need(t)
			got := h.try(t, documented)
			for _, row := range rows {
				if want := documented[cell{h.name, row.name}]; got[row.name] != want {
					t.Errorf("%s: %q, but the table in %s says %q", row.name, got[row.name], document, want)
				}
			}
		})
	}
}

// absent is how long a test waits for an event that the table says does not happen.
const absent = 4 * time.Second

// try returns the cells of a host.
func (h host) try(t *testing.T, documented table) (cells map[string]string) {
	cells = make(map[string]string)
	for _, row := range rows {
		cells[row.name] = none
	}
	fill := func(s *session, row string, try func() string) {
		t.Helper()
		s.expected = documented[cell{h.name, row}]
		switch s.expected {
		case no, none:
			s.limit = absent
		case "":
			s.limit = 15 * time.Second // unknown
		default:
			s.limit = 0
		}
		begun := time.Now()
		cells[row] = try()
		t.Logf("%s: %s, after %v", row, cells[row], time.Since(begun).Round(time.Millisecond))
		s.d.Screenshot(row)
	}
	// A dark panel, which starts after the program.
	s := h.session(t, true, 1)
	p := run(t, s.d)
	p.Line("report ")
	p.order("items %s", items)
	fill(s, rowLater, func() string {
		s.startPanel()
		_, ok := s.icon(green)
		return answer(ok)
	})
	if cells[rowLater] == no {
		cells[rowThere], cells[rowLater] = no, none
		return cells
	}
	dark := s.look()
	for _, row := range rows {
		if row.cell != nil && (!row.menu || s.menuButton != 0) {
			fill(s, row.name, func() string { return row.cell(s, p) })
		}
	}
	s.process.Signal(os.Interrupt)

	// A light panel with large icons, which is there before the program.
	s = h.session(t, false, 2)
	s.startPanel()
	bus := s.d.Dial().BusObject()
	desktop.Await(t, "the panel", func() bool {
		var owned bool
		err := bus.Call("org.freedesktop.DBus.NameHasOwner", 0, watcherName).Store(&owned)
		return err == nil && owned
	})
	run(t, s.d)
	fill(s, rowThere, func() string {
		_, ok := s.icon(green)
		return answer(ok)
	})
	light := s.look()
	cells[rowSharp], cells[rowSeen] = sharp(dark, light), seen(dark, light)
	s.d.Screenshot("light")
	return cells
}
