package pick

import (
	"os"
	"os/exec"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// TestDialogs_windows runs under wine the package's own test of the dialogs of Windows.
// The tool's pages cannot be used there, because wine cannot tell who owns a connection.
func TestDialogs_windows(t *testing.T) {
	proof.Only(t)
	w := wine.Start(t, "Chooser", "chooser")
	program := w.Drive("pick.test.exe")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", program, "./app/internal/pick")
	cmd.Dir = "../../.."
	cmd.Env = append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.Run("wine", program, "-test.run", "^TestShell", "-test.v")
}
