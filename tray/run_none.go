//go:build !((linux && !android) || freebsd || openbsd || netbsd || windows || (darwin && cgo))

package tray

import (
	"context"
	"errors"
)

var errNone = errors.New("this program was built without a tray; on macOS it needs cgo")

// Check returns an error, because this program was built without a tray.
func Check(context.Context) error { return errNone }

func (t *Tray) loop() {
	t.report(errNone)
	<-t.quit.Done()
}
