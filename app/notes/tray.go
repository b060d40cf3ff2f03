package notes

import (
	"fmt"
	"log/slog"

	"github.com/dibbler-app/dibbler/app"
)

// maxLines is the number of notes in the tooltip. Windows shows little more.
const maxLines = 3

// tray shows today's notes in the icon's tooltip. The program calls it after each request and
// every hour, when a notice may also be due.
func (n *Notes) tray() app.TrayInfo {
	n.previews.dropOld()
	info := app.TrayInfo{Items: []app.TrayItem{{Label: "Today's notes", Page: "/day"}}}
	if n.store.Unread() {
		n.read()
		return info
	}
	now := n.time()
	year, err := n.store.Year(now.Year(), now.Location())
	if err != nil {
		info.Tooltip = []string{"The notes cannot be read"}
		return info
	}
	notes := lines(year.Day(now.YearDay()))
	n.remind(notes)
	if more := len(notes) - maxLines; more > 0 {
		notes = append(notes[:maxLines:maxLines], fmt.Sprintf("and %d more", more))
	}
	info.Tooltip = notes
	return info
}

// read reads the file in the background, once, and updates the tooltip. So the start does not
// wait for the file.
func (n *Notes) read() {
	if !n.reading.CompareAndSwap(false, true) {
		return
	}
	go func() {
		if _, err := n.store.File(); err != nil {
			slog.Error("cannot read the notes", "err", err)
		}
		n.tool.Refresh()
	}()
}
