package about

import (
	"bytes"
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
	if has := bytes.Contains(main, []byte("Opens:")); has != (len(Opens) > 0) {
		t.Errorf("main.go says what the program opens: %t; here: %v", has, Opens)
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
