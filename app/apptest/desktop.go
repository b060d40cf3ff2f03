package apptest

import (
	"slices"
	"strings"
	"sync"

	"github.com/dibbler-app/dibbler/tray"
)

// A desktop is a fake. It records the addresses that its browser should open.
type desktop struct {
	mu     sync.Mutex
	opened []string
}

// browse is a desk.Browser.
func (d *desktop) browse(url string, opened func(error)) {
	d.mu.Lock()
	d.opened = append(d.opened, url)
	d.mu.Unlock()
	opened(nil)
}

// Opened returns the pages that were opened in the browser, in order, such as "/". The
// first one is that of the start, unless there is the argument -no-browser.
func (p *Program) Opened() []string {
	p.desktop.mu.Lock()
	defer p.desktop.mu.Unlock()
	pages := slices.Clone(p.desktop.opened)
	for i, url := range pages {
		pages[i] = "/" + strings.TrimPrefix(url, p.program.URL)
	}
	return pages
}

// Menu returns the lines of the icon's menu, as they are now. Lines that cannot be chosen
// are in parentheses, and those with a check mark have "[x] " or "[ ] " before them.
func (p *Program) Menu() []string { return show(p.view()) }

func show(v tray.View) []string {
	var lines []string
	for _, item := range v.Menu {
		line := item.Label
		switch {
		case item.Checked:
			line = "[x] " + line
		case item.Checkable:
			line = "[ ] " + line
		}
		if item.Do == nil {
			line = "(" + line + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// view has the plug-ins asked for their lines.
func (p *Program) view() tray.View {
	p.program.Desk.Refresh()
	return p.program.Desk.View()
}

// Choose chooses the line of the icon's menu with this label, and returns when that is
// done. If there is none that can be chosen, the test ends.
func (p *Program) Choose(label string) {
	p.t.Helper()
	v := p.view()
	for _, item := range v.Menu {
		if item.Label == label && item.Do != nil {
			item.Do()
			return
		}
	}
	p.t.Fatalf("the menu has no line %q to choose; it has %q", label, show(v))
}

// Tooltip returns what is shown when the mouse rests on the icon: lines with the tool's
// name, its address, how far its work is, and what plug-ins add.
func (p *Program) Tooltip() string { return p.view().Tooltip }

// Status returns what is drawn on the icon: the status, and the share of the work that is
// done while it is [tray.Busy].
func (p *Program) Status() (s tray.Status, done float64) {
	v := p.view()
	return v.Status, v.Done
}
