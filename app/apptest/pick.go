package apptest

import "github.com/dibbler-app/dibbler/app"

// AnswerPick chooses these paths, as the owner would, in the open dialog of
// [app.Tool.Pick] or, if no dialog is open, in the next one. So it can be called before
// the dialog opens. The paths must be absolute; the files need not exist.
func (p *Program) AnswerPick(paths ...string) { p.desktop.dialog.Answer(paths, nil) }

// CancelPick cancels the dialog, as the owner would. Like AnswerPick, it can be called
// before the dialog opens.
func (p *Program) CancelPick() { p.desktop.dialog.Answer(nil, app.ErrCanceled) }

// NoPick removes the dialog from the desktop, so that [app.Tool.Pick] returns
// [app.ErrNoDialog].
func (p *Program) NoPick() { p.desktop.dialog.Remove() }

// Picked returns the dialogs that the tool has opened, in order.
func (p *Program) Picked() (picks []app.Pick) {
	for _, r := range p.desktop.dialog.Asked() {
		picks = append(picks, app.Pick(r))
	}
	return picks
}
