package packages_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

func TestMain(m *testing.M) { packaged.Main(m) }

// debs makes the old and the new package for this machine.
func debs(t *testing.T) (older, newer string) {
	t.Helper()
	name := func(version string) string {
		dir := packaged.Make(t, "linux/"+runtime.GOARCH, version)
		return filepath.Join(dir, packaged.Package+"_"+version+"-1_"+runtime.GOARCH+".deb")
	}
	return name(packaged.Old), name(packaged.New)
}
