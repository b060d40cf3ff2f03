package app

import (
	"context"
	"errors"

	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Pick says what the owner is asked to choose. The zero value asks for one file.
type Pick struct {
	// Title is the title of the dialog, such as "Choose a calendar to import". If empty,
	// the system gives one.
	Title string

	// Folder asks for a folder instead of a file.
	Folder bool

	// Save asks where to write a file, which need not exist. If it does, the dialog asks
	// the owner whether to replace it.
	Save bool

	// Multiple allows several files or folders.
	Multiple bool

	// Types are the extensions of the files that the dialog shows, such as ".ics", in any
	// case. The owner can still choose another file. If there are none, it shows all files.
	Types []string

	// Name is the name that is suggested when Save is set, such as "report.pdf".
	Name string

	// Dir is the folder that the dialog starts in, an absolute path. If it is empty or does
	// not exist, the system chooses one. Portals before version 4 use it for Save only.
	Dir string
}

var (
	// ErrCanceled is returned by [Tool.Pick] when the owner closes the dialog without a
	// choice.
	ErrCanceled = pick.ErrCanceled

	// ErrNoDialog is returned by [Tool.Pick] where no dialog can be shown. The owner can
	// type the path into a field instead; see [Tool.Path].
	ErrNoDialog = pick.ErrNoDialog

	// ErrBusy is returned by [Tool.Pick] while another dialog of the program is open.
	ErrBusy = pick.ErrBusy
)

// Pick asks the owner for files or folders, in the system's own dialog, and waits for the
// answer. It returns absolute paths, at least one, in the order of the dialog. Unless Save is
// set they existed a moment ago; opening them can still fail.
//
// The dialog is closed when ctx is done, and the error is then that of ctx: with the context
// of a request, it is closed when the owner leaves the page. It is also closed when the
// program begins to end, and the error is then [context.Canceled] as well. One dialog can be open at a time, for all plug-ins together.
//
// On Linux, the dialog is that of the desktop portal or, if there is none, of zenity or
// kdialog. Programs that are started without a screen, over SSH for example, have no dialog.
// While other users of this computer are let in, by a setting of the owner, there is none
// either, since they could open it. So give a page a field for the path as well, and a button
// beside it is all that is needed to choose: see [Tool.Path].
func (t *Tool) Pick(ctx context.Context, p Pick) (paths []string, err error) {
	paths, err = t.picker.Pick(ctx, pick.Request(p))
	return paths, t.named(err)
}

// A PathKind says what a path must lead to. In HTML it is the value of data-pick.
type PathKind = paths.Kind

// The kinds of paths.
const (
	FilePath   = paths.File   // "file": a file that can be read
	FolderPath = paths.Folder // "folder": a folder that can be read
	SavePath   = paths.Save   // "save": a file to be written, or replaced, in a folder that exists
)

// Path returns the absolute path that the owner has typed or pasted into a field of a form,
// in quotes or not, with ~ for the home folder. If it is not of this kind, Path adds an error
// of the field to errs that says why, and returns "". An empty field has no error: whether it
// is required, the form says.
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
// The program's script makes more of it: beneath the field it says what is at the path while
// it is typed, it offers the last ten that Path has returned for this field, and puts a
// button beside it that opens the system's dialog, where there is one. The dialog starts at
// the path in the field. With data-types=".ics .csv" it shows files with these extensions.
// Without the script, it is a field of text that works all the same.
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

// checkAlone returns an error while other users of this computer are let in. They could open
// dialogs on the owner's screen, and read what the owner has chosen.
func checkAlone(store *settings.Store) error {
	if store.Values().OtherUsers {
		return errors.New("other users of this computer are let in, who could open it")
	}
	return nil
}
