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

// A desktop is a fake desktop. It records the pages and notices that it should show.
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

// Notices returns all notices that the tool has shown, in order. A notice that would
// replace an earlier one on a real desktop does not remove it from the list.
func (p *Program) Notices() []app.Notice {
	p.desktop.mu.Lock()
	defer p.desktop.mu.Unlock()
	return slices.Clone(p.desktop.notices)
}

// ClickNotice clicks the last notice with this title, which opens its page. If there is
// no such notice, the test ends.
func (p *Program) ClickNotice(title string) {
	p.t.Helper()
	notices := p.Notices()
	for _, n := range slices.Backward(notices) {
		if n.Title == title {
			p.program.Desk.Browse(n.Page)
			return
		}
	}
	p.t.Fatalf("there is no notice %q; there are %+v", title, notices)
}

// Opened returns the pages that the tool has opened in the browser, in order, such as
// "/". Unless the tool was started with -no-browser, the first is the page that opens at
// the start.
func (p *Program) Opened() []string {
	p.desktop.mu.Lock()
	defer p.desktop.mu.Unlock()
	pages := slices.Clone(p.desktop.opened)
	for i, url := range pages {
		pages[i] = "/" + strings.TrimPrefix(url, p.program.URL)
	}
	return pages
}

// Menu returns the labels of the items that the icon's menu has now. Items that cannot be
// chosen are in parentheses, and items that can have a check mark begin with "[x] " or
// "[ ] ". With -no-tray, there is no menu.
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

// view updates the plug-ins' parts of the icon, and returns what the icon shows.
func (p *Program) view() tray.View {
	p.program.Desk.Refresh()
	return p.program.Desk.View()
}

// Choose chooses the item with this label in the icon's menu, and waits until its action
// is done. If there is no such item, or it cannot be chosen, the test ends.
func (p *Program) Choose(label string) {
	p.t.Helper()
	v := p.view()
	for _, item := range v.Menu {
		if item.Label == label && item.Do != nil {
			item.Do()
			return
		}
	}
	p.t.Fatalf("the menu has no item %q to choose; it has %q", label, show(v))
}

// Tooltip returns the tooltip of the icon: lines with the tool's name, its address and
// its progress, and the lines of plug-ins.
func (p *Program) Tooltip() string { return p.view().Tooltip }

// Status returns the status that is drawn on the icon and, while it is [tray.Busy], the
// fraction of the work that is done.
func (p *Program) Status() (s tray.Status, done float64) {
	v := p.view()
	return v.Status, v.Done
}
