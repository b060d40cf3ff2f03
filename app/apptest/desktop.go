package apptest

import (
	"slices"
	"strings"
	"sync"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/tray"
)

// A desktop is a fake. It records the addresses that its browser should open, and notices.
type desktop struct {
	dialog *pick.Fake

	mu      sync.Mutex
	opened  []string
	notices []app.Notice
}

func newDesktop() *desktop { return &desktop{dialog: pick.NewFake()} }

// browse is a desk.Browser.
func (d *desktop) browse(url string, opened func(error)) {
	d.mu.Lock()
	d.opened = append(d.opened, url)
	d.mu.Unlock()
	opened(nil)
}

// notify is a notice.Show.
func (d *desktop) notify(n notice.Notice, shown func(error)) {
	d.mu.Lock()
	d.notices = append(d.notices, app.Notice(n))
	d.mu.Unlock()
	shown(nil)
}

// Notices returns the notices that the tool has shown, in order, also those that a later one
// replaces on a real desktop.
func (p *Program) Notices() []app.Notice {
	p.desktop.mu.Lock()
	defer p.desktop.mu.Unlock()
	return slices.Clone(p.desktop.notices)
}

// ClickNotice clicks the last notice with this title, which opens its page. If there is none,
// the test ends.
func (p *Program) ClickNotice(title string) {
	p.t.Helper()
	notices := p.Notices()
	for _, n := range slices.Backward(notices) {
		if n.Title == title {
			p.program.Desk.Browse(n.Page)
			return
		}
	}
	p.t.Fatalf("there is no notice %q to click; there are %+v", title, notices)
}

// Opened returns the pages that were opened in the browser, in order, such as "/". The first
// is the one that opens at the start, unless the tool was started with -no-browser.
func (p *Program) Opened() []string {
	p.desktop.mu.Lock()
	defer p.desktop.mu.Unlock()
	pages := slices.Clone(p.desktop.opened)
	for i, url := range pages {
		pages[i] = "/" + strings.TrimPrefix(url, p.program.URL)
	}
	return pages
}

// Menu returns the current lines of the icon's menu. Lines that cannot be chosen are in
// parentheses, and those that can have a check mark begin with "[x] " or "[ ] ".
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

// view asks the plug-ins for their lines, and returns what the icon shows.
func (p *Program) view() tray.View {
	p.program.Desk.Refresh()
	return p.program.Desk.View()
}

// Choose chooses the line with this label in the icon's menu, and returns when its action is
// done. If there is no such line, or it cannot be chosen, the test ends.
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

// Tooltip returns the text that is shown when the mouse rests on the icon: lines with the
// tool's name, its address, its progress, and what plug-ins add.
func (p *Program) Tooltip() string { return p.view().Tooltip }

// Status returns what is drawn on the icon: the status and, while it is [tray.Busy], the
// share of the work that is done.
func (p *Program) Status() (s tray.Status, done float64) {
	v := p.view()
	return v.Status, v.Done
}
