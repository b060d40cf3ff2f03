package dibbler

import "context"

// TrayPlugin is implemented by a plug-in that has lines of its own in the menu
// of the program's icon. Package dibbler shows no icon; a program that does asks
// its plug-ins, at any time, also while their methlets run: [OneAtATime] is about
// methlets alone.
type TrayPlugin interface {
	// TrayItems returns the lines, in order. It is called at the start and again
	// now and then, and may return other labels, but no more lines, later.
	TrayItems() []TrayItem
}

// TrayTooltip is implemented by a plug-in that has something to say when the
// mouse rests on the program's icon. It is asked as a [TrayPlugin] is.
type TrayTooltip interface {
	// TrayTooltip returns one short line, such as "3 new messages". It is called at
	// the start, when pages have been served, and every hour.
	TrayTooltip() string
}

// TrayItem is a line in the menu of the program's icon. It opens a page or does
// something; with neither Page nor Do it is grey and says something, such as
// "3 unread".
type TrayItem struct {
	Label string

	// Page is opened in the browser, if it is not empty, such as "/?year=2003".
	Page string

	// Do is called otherwise, from a goroutine of its own, at any time, also while
	// it runs already. ctx is cancelled when the program ends. What it returns is
	// logged.
	Do func(ctx context.Context) error
}
