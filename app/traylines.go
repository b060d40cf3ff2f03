package app

import (
	"context"
	"log/slog"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/tray"
)

// A TrayInfo is what a plug-in shows in the icon's menu and tooltip. The zero value
// shows nothing.
type TrayInfo struct {
	// Items are lines of the menu, in order. Their number may change.
	Items []TrayItem

	// Tooltip is shown when the mouse rests on the icon, one short line each, such as
	// "3 new messages". Windows shows about 100 characters in all.
	Tooltip []string

	// Status is drawn on the icon and named in its tooltip. Of several plug-ins, the
	// most urgent is shown: attention before busy before idle.
	Status tray.Status

	// Done is the share of the work that is done while Status is [tray.Busy], up to 1.
	// Zero also means that the share is not known. Of several plug-ins that are busy,
	// the least is shown.
	Done float64
}

// A TrayItem is a line of the icon's menu. It opens a page or does something; with
// neither Page nor Do it is grey and says something, such as "3 unread". Where there is
// no tray, the pages have these lines in a corner.
type TrayItem struct {
	Label string

	// Page is opened in the browser, if it is not empty: a path of the program, such as
	// "/?year=2003" or "/#today".
	Page string

	// Do is called otherwise, on a goroutine of its own, at any time, also while it runs
	// already. ctx is canceled when the program begins to end, which waits for Do. Its
	// error is logged and, where a page asked for it, shown.
	Do func(ctx context.Context) error

	// Checkable says that the line is an option that is on or off, and Checked that it
	// is on: the line then has a check mark. A Checked line is Checkable.
	Checkable, Checked bool
}

// Tray has info asked for what the plug-in shows: at the start, after requests, after
// each item's action, at every full hour, and soon after [Tool.Refresh]. info is called
// by one goroutine at a time, while methlets run; a second that it takes is a second
// without news in the menu. Each call of Tray adds lines to those of earlier calls and
// of other plug-ins, in this order.
func (t *Tool) Tray(info func() TrayInfo) {
	t.desk.AddTray(t.plugin, func() (d desk.Info) {
		i := info()
		for _, item := range i.Items {
			if item.Page != "" && !loopback.IsPage(item.Page) {
				slog.Warn("a line of the tray has a page that is none of the program", "plugin", t.plugin, "label", item.Label, "page", item.Page)
				item.Page, item.Do = "", nil
			}
			d.Items = append(d.Items, desk.Item(item))
		}
		d.Tooltip, d.Status, d.Done = i.Tooltip, i.Status, i.Done
		return d
	})
}

// Refresh has the functions of [Tool.Tray] asked soon. It does not wait, and costs
// little: any number of calls while they are asked lead to one more.
func (t *Tool) Refresh() { t.desk.Update() }
