package app

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

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
