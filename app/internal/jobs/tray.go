package jobs

import (
	"fmt"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/tray"
)

// Info returns the part of the icon for jobs that are running, and for failed jobs that
// the owner has not seen.
func (l *List) Info() (info desk.Info) {
	for _, s := range l.All() {
		var line string
		switch {
		case s.Unseen:
			line = s.Title + " has failed"
			info.Status = tray.Attention
		case s.State != Running:
			continue
		case s.Share > 0:
			line = s.Title + ": " + s.Percent()
		default:
			line = s.Title
		}
		if s.State == Running {
			if info.Status == tray.Idle {
				info.Status, info.Done = tray.Busy, s.Share
			}
			info.Done = min(info.Done, s.Share)
		}
		info.Items = append(info.Items, desk.Item{Label: line, Page: PagePath(s.ID)})
		info.Tooltip = append(info.Tooltip, line)
	}
	return info
}

// Percent returns the fraction that is done, such as "25 %", or "" if it is unknown.
func (s Snapshot) Percent() string {
	if s.Share == 0 {
		return ""
	}
	return fmt.Sprintf("%d %%", int(100*s.Share)) // rounded down, as in the tooltip
}

// PagePath returns the path of the page of the job with this ID.
func PagePath(id string) string { return "/app.job?id=" + id }
