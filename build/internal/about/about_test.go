package about

import (
	"os"
	"regexp"
	"testing"
)

func TestMainSaysTheSame(t *testing.T) {
	main, err := os.ReadFile("../../../main.go")
	if err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]string{
		`Name: +"(.*)"`:        Name,
		`ID: +"(.*)"`:          ID,
		`var version = "(.*)"`: Version,
	} {
		if got := regexp.MustCompile(pattern).FindSubmatch(main); got == nil || string(got[1]) != want {
			t.Errorf("main.go has %q for %s, want %q", got, pattern, want)
		}
	}
}

// An upgrade of a distribution must not put its own package in the place of ours.
// Debian, its derivatives and FreeBSD have these.
func TestPackageIsNobodyElses(t *testing.T) {
	for _, other := range []string{"dibbler", "dibbler-client", "dibbler-server", "dibbler-relay", "dibbler-doc"} {
		if Package == other {
			t.Errorf("distributions have another package %s", other)
		}
	}
}
