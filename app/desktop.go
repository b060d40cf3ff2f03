package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
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

	// Do is called if Page is empty and the item is chosen, on a goroutine of its own. If
	// the item is chosen again in the menu, the next call waits until Do has returned; if
	// it is chosen on a page, it does not wait. When the program begins to shut down, ctx
	// is canceled, and Do gets as much time to return as a request. The error is logged
	// and, if the item was chosen on a page, shown there.
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
// cheap: if it is called several times while the functions run, they are called once
// more.
func (t *Tool) Refresh() { t.desk.Update() }

// A Notice tells the owner that something has happened while no page of the program is
// visible, such as the end of a long job.
type Notice struct {
	Title string // one line, such as "Import finished"; required
	Text  string // a few lines of plain text; may be empty
	Page  string // opened by a click, such as "/report/3"; empty means the home page
}

// Notify shows n as a notification of the desktop, usually in a corner of the screen. It
// does not wait. It returns an error if n has no title, its page is not a page of the
// program, or the program has ended.
//
// A notice replaces an earlier notice with the same title. At most one notice is shown
// each second. Up to 20 wait for their turn; if there are more, the oldest is dropped and
// the log says so. At most 20 stay on the desktop. At most 100 characters of a title and
// 500 characters of a text, in at most 10 lines, are shown; on Windows 63 and 255
// characters. After the program has ended, a click on a notice does nothing.
//
// On Linux and BSD, the desktop's notification service shows notices. If it is not
// running, the message bus starts it. On Xfce, a notice is opened with a button instead
// of a click. On Windows, the tray icon shows notices, and a click opens the page of the
// latest notice; this was tested only under Wine. On macOS, osascript shows notices,
// under the name and the icon of Script Editor, and a click does not open the page; this
// was never tested on a Mac.
//
// If the desktop cannot show notices, the icon asks for attention until the owner has
// opened or closed the notice. The icon's menu and tooltip have its title, and open pages
// show the notice. At most 20 are kept; then the oldest is dropped.
func (t *Tool) Notify(n Notice) error {
	checked, err := notice.Check(notice.Notice(n))
	if err != nil {
		return t.named(err)
	}
	select {
	case <-t.life.Ended():
		return t.named(errors.New("the program has ended"))
	default:
	}
	t.site.Notify(checked)
	return nil
}

// A Pick describes a dialog for files or folders. The zero value asks for one file.
type Pick struct {
	// Title is the title of the dialog, such as "Choose a calendar to import". Empty
	// means the system's default title.
	Title string

	// Folder asks for a folder instead of a file.
	Folder bool

	// Save asks where to write a file, which need not exist. If it does, the dialog asks
	// the owner whether to replace it.
	Save bool

	// Multiple allows several files or folders.
	Multiple bool

	// Types are the extensions of the files that the dialog shows, such as ".ics". Case
	// does not matter. Except on macOS, the owner can still choose other files. Empty
	// means all files.
	Types []string

	// Name is the suggested name if Save is set, such as "report.pdf".
	Name string

	// Dir is the absolute path of the folder in which the dialog starts. If it is empty
	// or does not exist, the system chooses a folder. On Linux, desktop portals before
	// version 4 use it only with Save.
	Dir string
}

var (
	// ErrCanceled is returned by [Tool.Pick] if the owner cancels the dialog.
	ErrCanceled = pick.ErrCanceled

	// ErrNoDialog is returned by [Tool.Pick] if no dialog can be shown. The owner can
	// type the path into a field instead; see [Tool.Path].
	ErrNoDialog = pick.ErrNoDialog

	// ErrBusy is returned by [Tool.Pick] while another dialog of the program is open.
	ErrBusy = pick.ErrBusy
)

// Pick shows the system's dialog for files or folders, and waits until the owner has
// chosen. It returns at least one path, or an error such as [ErrCanceled]. The paths
// are absolute and in the order of the dialog. Unless p.Save is set, they existed when
// the owner chose them; opening them can still fail.
//
// If ctx is canceled, Pick closes the dialog and returns the error of ctx. The context of
// a request is canceled when the owner leaves the page. The dialog is also closed when
// the program begins to shut down, and the error is then [context.Canceled] as well. The
// plug-ins of a program can have one open dialog at a time.
//
// On Linux, the dialog is that of the desktop portal or, without a portal, of zenity or
// kdialog. Programs that run without a screen, for example over SSH, have no dialog.
// There is also no dialog while the settings allow other users of the computer, because
// they could open it.
//
// So a page should also have a field for the path. The program adds a button for the
// dialog to the field, and Pick is not needed; see [Tool.Path].
func (t *Tool) Pick(ctx context.Context, p Pick) (paths []string, err error) {
	paths, err = t.picker.Pick(ctx, pick.Request(p))
	return paths, t.named(err)
}

// A PathKind is the kind of file or folder that a path must name. In HTML, it is the
// value of the attribute data-pick.
type PathKind = paths.Kind

// The kinds of paths.
const (
	FilePath   = paths.File   // "file": a file that can be read
	FolderPath = paths.Folder // "folder": a folder that can be read
	SavePath   = paths.Save   // "save": a file to write or replace, in an existing folder
)

// Path returns the absolute path that was typed or pasted into a field of a form. typed
// can be in quotes, and can have ~ for the home folder. If the path does not name a file
// or folder of this kind, Path adds an error for the field to errs, and returns "". If
// typed is empty, Path returns "" without an error; the form says whether the field is
// required.
//
//	func (c *Checksums) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[order]) error {
//		form, errs := in.Value()
//		folder := c.tool.Path(errs, "folder", form.Folder, app.FolderPath)
//		if !in.Sent() || errs.Any() {
//			return w.Render(pages, "home.html", in)
//		}
//		…
//
// The field is an <input> with the attribute data-pick:
//
//	<label for="folder">Folder</label>
//	<input id="folder" name="folder" data-pick="folder" value="{{.Typed "folder"}}"{{.ErrorAttrs "folder"}}>{{.ErrorNote "folder"}}
//
// The program's script adds a line below the field that describes the typed path, the
// last 10 paths that Path returned for this field as suggestions, and a button that opens
// the system's dialog if there is one. The dialog starts at the path in the field. With
// data-types=".ics .csv", it shows files with these extensions. Without the script, the
// field is an ordinary text field.
func (t *Tool) Path(errs *dibbler.FormErrors, field, typed string, kind PathKind) string {
	if typed == "" {
		return ""
	}
	path, problem := paths.Parse(typed)
	if problem == "" {
		_, problem = paths.Check(path, kind)
	}
	if problem != "" {
		errs.Add(field, problem)
		return ""
	}
	t.recent.Add(field, path)
	return path
}

// checkAlone returns an error while the settings allow other users of this computer. They
// could open dialogs on the owner's screen, and read the paths that the owner chooses.
func checkAlone(store *settings.Store) error {
	if store.Values().OtherUsers {
		return errors.New("the settings allow other users of this computer, who could open it")
	}
	return nil
}
