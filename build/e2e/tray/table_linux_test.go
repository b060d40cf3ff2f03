package tray_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// document has the table of hosts, for owners.
const document = "../../../app/OWNER.md"

var update = flag.Bool("update", false, "write the table of hosts into "+document)

// The rows of the table.
const (
	rowThere     = "The icon is there"
	rowSharp     = "It is sharp, on dense screens as well"
	rowSeen      = "It is seen on panels that are"
	rowLeft      = "A click on it opens the"
	rowRight     = "A right click opens the"
	rowMiddle    = "A middle click opens the"
	rowLines     = "Every line of the menu works"
	rowCheck     = "Check marks are seen"
	rowGrey      = "Lines that do nothing now are grey"
	rowTooltip   = "The mouse on it shows what the tool says"
	rowRestarted = "It comes back when the panel restarts"
	rowLater     = "It comes when the panel starts after the tool"
	rowFinishing = "The menu says that the tool finishes its work"
	rowMarks     = "It shows work and what needs attention"
	rowTwo       = "Two tools have two icons"
	rowNotice    = "A click on a notice opens its page"
	rowFile      = "Files are chosen in a dialog of the desktop"
	rowGone      = "It goes with the tool"
)

var rows = []string{rowThere, rowSharp, rowSeen, rowLeft, rowRight, rowMiddle, rowLines, rowCheck, rowGrey, rowTooltip,
	rowRestarted, rowLater, rowFinishing, rowMarks, rowTwo, rowNotice, rowFile, rowGone}

// A table has a cell for each host and row.
type table map[string]map[string]string

// heading begins the section of the document that has the table.
const heading = "\n## Desktops\n"

// parseTable reads the table of a document.
func parseTable(text string) table {
	_, text, _ = strings.Cut(text, heading)
	all := make(table)
	var names []string
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case !strings.HasPrefix(line, "|"), strings.HasPrefix(line, "|--"):
		case names == nil:
			names = cells
			for _, name := range names[1:] {
				all[name] = make(map[string]string)
			}
		default:
			for i, cell := range cells[1:min(len(cells), len(names))] {
				all[names[i+1]][cells[0]] = cell
			}
		}
	}
	return all
}

// String is the table in Markdown.
func (all table) String() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, h := range hosts {
		fmt.Fprintf(&b, " %s |", h.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(hosts)) + "\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| %s |", row)
		for _, h := range hosts {
			fmt.Fprintf(&b, " %s |", all[h.name][row])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// replaceTable puts a table in the place of that in a document.
func replaceTable(text, table string) string {
	var before, after strings.Builder
	to := &before
	front, text, _ := strings.Cut(text, heading)
	before.WriteString(front + heading)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "|") {
			to = &after
			continue
		}
		to.WriteString(line)
	}
	return before.String() + table + after.String()
}

// TestHosts fills in the table of hosts, as far as they are installed here, and checks
// that the document has the same one.
func TestHosts(t *testing.T) {
	proof.Only(t)
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	written := parseTable(string(text))
	for _, h := range hosts {
		t.Run(h.name, func(t *testing.T) {
			h.need(t)
			cells := h.fill(t, written[h.name])
			for _, row := range rows {
				t.Run(row, func(t *testing.T) {
					if want := written[h.name][row]; cells[row] != want && !*update {
						t.Errorf("%q, and %s says %q", cells[row], document, want)
					}
				})
			}
			written[h.name] = cells
		})
	}
	t.Logf("\n%s", written)
	if *update {
		if err := os.WriteFile(document, []byte(replaceTable(string(text), written.String())), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// comesNot is how long a test waits for something that the document says does not
// come.
const comesNot = 4 * time.Second

// fill fills in the cells of a host. expected are those of the document.
func (h host) fill(t *testing.T, expected map[string]string) (cells map[string]string) {
	cells = make(map[string]string)
	for _, row := range rows {
		cells[row] = none
	}
	var s *session
	check := func(row string, cell func() string) {
		t.Helper()
		s.expected = expected[row]
		switch s.expected {
		case no, none:
			s.giveUp = comesNot
		case "":
			s.giveUp = 15 * time.Second // nobody knows yet whether it is going to happen
		default:
			s.giveUp = 0
		}
		begun := time.Now()
		cells[row] = cell()
		t.Logf("%s: %s, after %v", row, cells[row], time.Since(begun).Round(time.Millisecond))
		s.d.Screenshot(row)
	}
	// A dark panel, which starts after the program.
	s = h.session(t, true, 1)
	p := run(t, s.d, nil)
	p.Line("report ")
	p.order("items %s", items)
	check(rowLater, func() string {
		s.startPanel()
		_, ok := s.icon(green)
		return answer(ok)
	})
	if cells[rowLater] == no {
		cells = map[string]string{rowThere: no}
		for _, row := range rows[1:] {
			cells[row] = none
		}
		return cells
	}
	dark := s.look()
	for _, c := range []struct {
		row  string
		cell func(*program) string
		menu bool // needs one
	}{
		{rowLeft, s.leftClick, false},
		{rowRight, s.rightClick, false},
		{rowMiddle, s.middleClick, false},
		{rowLines, s.everyLine, true},
		{rowCheck, s.checkMark, true},
		{rowGrey, s.greyLines, true},
		{rowTooltip, s.tooltip, false},
		{rowMarks, s.marks, false},
		{rowTwo, s.twoTools, false},
		{rowFinishing, s.finishing, true},
		{rowNotice, s.notice, false},
		{rowFile, s.file, false},
		{rowRestarted, s.restarted, false},
		{rowGone, s.gone, false},
	} {
		if !c.menu || s.menuButton != 0 {
			check(c.row, func() string { return c.cell(p) })
		}
	}
	s.process.Signal(os.Interrupt)

	// A light panel with large icons, which is there before the program.
	s = h.session(t, false, 2)
	s.startPanel()
	desktop.Await(t, "the panel", func() bool {
		var owned bool
		err := s.d.Dial().BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, watcherName).Store(&owned)
		return err == nil && owned
	})
	p = run(t, s.d, nil)
	check(rowThere, func() string {
		_, ok := s.icon(green)
		return answer(ok)
	})
	light := s.look()
	cells[rowSharp], cells[rowSeen] = sharp(dark, light), seen(dark, light)
	s.d.Screenshot("light")
	return cells
}
