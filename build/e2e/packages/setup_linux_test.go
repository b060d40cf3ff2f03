package packages_test

import (
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

func startWindows(t *testing.T) *wine.Windows {
	t.Helper()
	desktop.Need(t, "makensis", "nsis")
	return wine.Start(t, packaged.Name, packaged.ID)
}

func addSetup(t *testing.T, w *wine.Windows, version string) wine.Setup {
	t.Helper()
	return w.AddSetup(packaged.Make(t, "windows/amd64", version), packaged.ID+"-"+version+"-windows-amd64")
}

// TestSilentSetup is the whole life of the program on Windows, as an
// administrator's tools would have it.
func TestSilentSetup(t *testing.T) {
	w := startWindows(t)
	w.Live(addSetup(t, w, packaged.Old), addSetup(t, w, packaged.New))
}
