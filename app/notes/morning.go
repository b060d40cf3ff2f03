package notes

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app"
)

// prefs are the settings.
type prefs struct {
	Morning string `json:"morning" label:"Notice with today's notes" choices:"never|06:00|07:00|08:00|09:00|10:00" help:"It appears at this time, or when the program starts if that is later."`

	// Told is the last day with a notice, so that there is only one each day.
	Told string `json:"told" schema:"-"`
}

const never = "never"

// remind shows today's notes in a notice if it is time for that. It is called every hour.
func (n *Notes) remind(lines []string) {
	now := n.time()
	today := now.Format(time.DateOnly)
	p := n.prefs.Get()
	if p.Morning == never || p.Told == today || now.Format("15:04") < p.Morning {
		return
	}
	if err := n.prefs.Update(func(p *prefs) error { p.Told = today; return nil }); err != nil {
		slog.Error("cannot save that today's notes were shown", "err", err)
		return // otherwise the notice would come every hour
	}
	if len(lines) == 0 {
		return
	}
	title := fmt.Sprintf("%d notes for today", len(lines))
	if len(lines) == 1 {
		title = "A note for today"
	}
	if err := n.tool.Notify(app.Notice{Title: title, Text: strings.Join(lines, "\n"), Page: "/day"}); err != nil {
		slog.Error("cannot show a notice with today's notes", "err", err)
	}
}
