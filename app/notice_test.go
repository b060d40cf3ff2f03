package app_test

import (
	"slices"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
)

func TestNotify(t *testing.T) {
	p, tool := startTool(t)
	for _, n := range []app.Notice{
		{Title: "Import\n finished", Text: "3 < 4\x00\r\n", Page: "/report?n=3"},
		{Title: "Saved"},
	} {
		if err := tool.Notify(n); err != nil {
			t.Error(err)
		}
	}
	for want, n := range map[string]app.Notice{
		"needs a title":                     {Title: "\n", Text: "Saved"},
		`cannot open "//elsewhere.test/"`:   {Title: "Saved", Page: "//elsewhere.test/"},
		`cannot open "http://elsewhere.te`:  {Title: "Saved", Page: "http://elsewhere.test/"},
		"plug-in app_test.starter: a notic": {},
	} {
		wantError(t, n, tool.Notify(n), want)
	}
	if got, want := p.Notices(), []app.Notice{{"Import finished", "3 < 4", "/report?n=3"}, {"Saved", "", "/"}}; !slices.Equal(got, want) {
		t.Errorf("shown: %+v, want %+v", got, want)
	}
	p.ClickNotice("Import finished")
	if got, want := p.Opened(), []string{"/", "/report?n=3"}; !slices.Equal(got, want) {
		t.Errorf("opened %q, want %q", got, want)
	}
	p.Stop()
	wantError(t, "after the end", tool.Notify(app.Notice{Title: "Late"}), "the program has ended")
	if err := apptest.Tool(t).Notify(app.Notice{Title: "Saved"}); err != nil {
		t.Errorf("without a server: %v", err)
	}
}
