package app

import (
	"context"
	"errors"

	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
)

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
	// does not matter. The owner can still choose other files. Empty means all files.
	Types []string

	// Name is the suggested name if Save is set, such as "report.pdf".
	Name string

	// Dir is the absolute path of the folder in which the dialog starts. If it is empty
	// or does not exist, the system chooses a folder. Portals before version 4 use it
	// only with Save.
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
