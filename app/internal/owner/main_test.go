package owner

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// peer is what this test binary does, instead of tests, when it is started as
// another user's program. It is nil where that is not possible.
var peer func(args []string) error

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "peer" {
		if err := peer(os.Args[2:]); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}
