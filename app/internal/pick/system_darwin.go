package pick

import "context"

// System returns the dialogs of AppleScript. They were never tested.
func System() Dialog { return appleScript{} }

type appleScript struct{}

// Find implements [Dialog].
func (appleScript) Find(context.Context) error { return nil }

// Show implements [Dialog].
func (appleScript) Show(ctx context.Context, r Request) ([]string, error) {
	return osascript.show(ctx, r)
}
