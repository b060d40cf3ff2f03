package apptest_test

import (
	"log/slog"
	"os"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/faketest"
	"go.uber.org/goleak"
)

// t replaces the t of a test in the examples.
var t = faketest.New()

func TestMain(m *testing.M) {
	slog.SetLogLoggerLevel(slog.LevelWarn)
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		t.End()
		os.Exit(status)
	}))
}
