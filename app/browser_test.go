package app

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestABrowserThatEndsBadlyLaterHasOpened(t *testing.T) {
	crash := errors.New("exit status 139")
	for _, test := range []struct {
		after time.Duration
		want  error
	}{
		{0, crash},
		{openTimeout - 1, crash},
		{openTimeout + 1, nil},
		{3 * time.Hour, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			if err := earlyError(func() error { time.Sleep(test.after); return crash }); err != test.want {
				t.Errorf("after %v: %v, want %v", test.after, err, test.want)
			}
			time.Sleep(test.after) // until the browser has ended
		})
	}
}

func TestTheTraySaysWhereThePageIsUntilTheBrowserOpens(t *testing.T) {
	p := serve(t, plain{})
	hinted := func() bool {
		return slices.ContainsFunc(p.trayState().Tooltip, func(line string) bool { return strings.HasPrefix(line, "Open "+p.server.URL()) })
	}
	for _, err := range []error{nil, errors.New("no screen"), nil} {
		p.opened(err)
		if hinted() != (err != nil) {
			t.Errorf("after %v: hint: %v", err, hinted())
		}
	}
}
