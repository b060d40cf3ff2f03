package notes

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app"
)

// prefs are what the owner can set.
type prefs struct {
	Morning string `json:"morning" label:"Notice of today's notes" choices:"never|06:00|07:00|08:00|09:00|10:00" help:"At this time, or when the program starts later that day."`

	// Told is the last day with a notice, so that there is one a day.
	Told string `json:"told" schema:"-"`
}

const never = "never"

// remind shows a notice with today's notes, when it is time for it. It is called at every
// full hour.
func (n *Notes) remind(lines []string) {
	now := n.time()
	today := now.Format(time.DateOnly)
	p := n.prefs.Get()
	if p.Morning == never || p.Told == today || now.Format("15:04") < p.Morning {
		return
	}
	if err := n.prefs.Update(func(p *prefs) error { p.Told = today; return nil }); err != nil {
		slog.Error("remembering the notice of today's notes", "err", err)
		return // it would come every hour
	}
	if len(lines) == 0 {
		return
	}
	title := fmt.Sprintf("%d notes for today", len(lines))
	if len(lines) == 1 {
		title = "A note for today"
	}
	if err := n.tool.Notify(app.Notice{Title: title, Text: strings.Join(lines, "\n"), Page: "/day"}); err != nil {
		slog.Error("showing today's notes", "err", err)
	}
}
