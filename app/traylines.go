package app

import (
	"context"
	"log/slog"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/tray"
)

// A TrayInfo is the part of the icon, its menu and its tooltip that a plug-in controls.
// The zero value adds nothing.
type TrayInfo struct {
	// Items are items of the menu, in order. Their number may change.
	Items []TrayItem

	// Tooltip has the lines that the plug-in adds to the icon's tooltip, such as "3 new
	// messages". Keep them short: Windows shows about 100 characters in all.
	Tooltip []string

	// Status is drawn on the icon and named in its tooltip. If the plug-ins differ, the
	// most urgent status is shown: attention before busy before idle.
	Status tray.Status

	// Done is the fraction of the work that is done while Status is [tray.Busy], up to 1.
	// Zero means that it is unknown, or that nothing is done yet. If several plug-ins are
	// busy, the smallest fraction is shown.
	Done float64
}

// A TrayItem is an item of the icon's menu. It opens a page or calls a function. An item
// with neither Page nor Do is grey, for information such as "3 unread". If there is no
// tray, the pages show the items in a corner.
type TrayItem struct {
	Label string

	// Page, if not empty, is opened in the browser, such as "/?year=2003" or "/#today".
	Page string

	// Do is called if Page is empty and the item is chosen, on a new goroutine, even if
	// an earlier call has not returned. When the program begins to shut down, ctx is
	// canceled, and the program waits for Do to return. The error is logged and, if the
	// item was chosen on a page, shown there.
	Do func(ctx context.Context) error

	// Checkable makes the item an option that is on or off. Checked shows a check mark
	// for an option that is on; it implies Checkable.
	Checkable, Checked bool
}

// Tray registers info to be called for the plug-in's part of the icon: at the start,
// after requests, after the action of an item, at every full hour, and soon after
// [Tool.Refresh]. info is called by one goroutine at a time, but concurrently with
// methlets. It should be fast, because the menu is not updated until it returns. The
// items of several calls of Tray, and of several plug-ins, are shown in the order of the
// calls.
func (t *Tool) Tray(info func() TrayInfo) {
	t.desk.AddTray(t.plugin, func() (d desk.Info) {
		i := info()
		for _, item := range i.Items {
			if item.Page != "" && !loopback.IsPage(item.Page) {
				slog.Warn("a menu item has a page that is not a page of the program", "plugin", t.plugin, "label", item.Label, "page", item.Page)
				item.Page, item.Do = "", nil
			}
			d.Items = append(d.Items, desk.Item(item))
		}
		d.Tooltip, d.Status, d.Done = i.Tooltip, i.Status, i.Done
		return d
	})
}

// Refresh causes the functions of [Tool.Tray] to be called soon. It does not wait, and is
// cheap: all calls of Refresh while the functions run cause one more call of them.
func (t *Tool) Refresh() { t.desk.Update() }
