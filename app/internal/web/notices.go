package web

import (
	"log/slog"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/notice"
)

// notices are those that the desktop does not show: they are shown in the icon's menu and by
// pages until the owner has opened or closed them.
type notices struct {
	show sync.Once // in the icon
}

// Notify shows n on the desktop or, where that shows no notices, in the icon's menu and on
// open pages.
func (s *Site) Notify(n notice.Notice) {
	s.c.Desk.Notify(n, func(err error) {
		if err != nil {
			slog.Warn("the desktop does not show a notice", "notice", n.Title, "err", err)
		}
	})
}
