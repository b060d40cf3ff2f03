package tool

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// StartIn starts a tool without a desktop, with its files in the folder home, and returns
// its name and URL. The tool is shut down when the test ends.
func StartIn(t testing.TB, home, program string, args ...string) (name, url string) {
	t.Helper()
	cmd := exec.Command(program, append([]string{"-port", "0", "-no-browser", "-no-tray"}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home,
		"XDG_STATE_HOME="+home, "XDG_RUNTIME_DIR="+home, "APPDATA="+home, "LOCALAPPDATA="+home)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if runtime.GOOS == "windows" { // it has no such signal
			cmd.Process.Kill()
			cmd.Wait()
			return
		}
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s ends with %v; want exit status 0", program, err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	name, url, ok := strings.Cut(strings.TrimSpace(line), " is running at ")
	if !ok {
		t.Fatalf("%s prints %q, %v; want its name and URL", program, line, err)
	}
	return name, url
}
