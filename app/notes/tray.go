package notes

import (
	"fmt"
	"log/slog"

	"github.com/dibbler-app/dibbler/app"
)

// maxLines is how many notes the tooltip has: Windows shows little more.
const maxLines = 3

// tray shows today's notes in the icon's tooltip. The program calls it after requests and at
// every full hour, which is also when a notice may be due.
func (n *Notes) tray() app.TrayInfo {
	n.previews.dropOld()
	info := app.TrayInfo{Items: []app.TrayItem{{Label: "Today's notes", Page: "/day"}}}
	if n.store.Unread() {
		n.read()
		return info
	}
	lines, err := n.linesOfToday()
	if err != nil {
		info.Tooltip = []string{"The notes cannot be read"}
		return info
	}
	n.remind(lines)
	if more := len(lines) - maxLines; more > 0 {
		lines = append(lines[:maxLines:maxLines], fmt.Sprintf("and %d more", more))
	}
	info.Tooltip = lines
	return info
}

// read reads the file in the background, so that the start does not wait for it, and has the
// tooltip made again.
func (n *Notes) read() {
	if !n.reading.CompareAndSwap(false, true) {
		return
	}
	go func() {
		if _, err := n.store.File(); err != nil {
			slog.Error("reading the notes", "err", err)
		}
		n.tool.Refresh()
	}()
}

func (n *Notes) linesOfToday() (lines []string, err error) {
	now := n.time()
	year, err := n.store.Year(now.Year(), now.Location())
	if err != nil {
		return nil, err
	}
	for _, e := range year.Day(now.YearDay()) {
		lines = append(lines, line(e))
	}
	return lines, nil
}
