package apptest

import "github.com/dibbler-app/dibbler/app"

// AnswerPick chooses these paths, as the owner would, in the dialog of [app.Tool.Pick] that is
// open or, if none is, in the next one. So it can be called before the dialog opens. The
// paths are absolute; there need not be files.
func (p *Program) AnswerPick(paths ...string) { p.desktop.dialog.Answer(paths, nil) }

// CancelPick is AnswerPick for an owner who closes the dialog without a choice.
func (p *Program) CancelPick() { p.desktop.dialog.Answer(nil, app.ErrCanceled) }

// NoPick has the desktop have no dialog any more, so that [app.Tool.Pick] returns
// [app.ErrNoDialog].
func (p *Program) NoPick() { p.desktop.dialog.Remove() }

// Picked returns what the tool has asked the owner to choose, in order.
func (p *Program) Picked() (picks []app.Pick) {
	for _, r := range p.desktop.dialog.Asked() {
		picks = append(picks, app.Pick(r))
	}
	return picks
}
