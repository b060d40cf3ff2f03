package main

import "testing"

func TestListSkips(t *testing.T) {
	const pkg = "github.com/dibbler-app/dibbler/app"
	skips := []skip{
		{pkg, "TestScreen", "no screen: none"},
		{"m/a", "TestSub/x", "not for root: all is allowed"},
		{pkg, "TestWindow/a", "no screen: none"},
		{pkg, "TestWindow/b", "no screen: none"},
		{test: "the race detector", reason: "no C compiler"},
	}
	const want = `no screen: none
    app TestScreen
    app TestWindow (2 of its parts)
not for root: all is allowed
    m/a TestSub (1 of its parts)
no C compiler
    the race detector
`
	if got := listSkips(skips); got != want {
		t.Errorf("listed are\n%s", got)
	}
	if missed := countMissed(skips); missed != 4 {
		t.Errorf("%d tests are missed, want 4: one skip is inherent", missed)
	}
}
