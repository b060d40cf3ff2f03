package autostart

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows/registry"
)

const program = `C:\Program Files\Tool\tool.exe`

func reportMain(string) {}

// alone removes the test's values from the registry after the test.
func alone(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		if err := entry().Disable(); err != nil {
			t.Error(err)
		}
	})
}

func TestEnabled_switchedOff(t *testing.T) {
	alone(t)
	e := entry()
	enable(t, e)
	key, _, err := registry.CreateKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Close()
	if err := key.SetBinaryValue(e.ID, []byte{3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	want(t, e, false)
	enable(t, e)
	want(t, e, true)
}

func TestEnable_commandLines(t *testing.T) {
	alone(t)
	for _, text := range nasty {
		e := entry(text, "-no-browser", text)
		enable(t, e)
		repairs(t, e, false)
	}
}

func TestEnable_tooLong(t *testing.T) {
	alone(t)
	e := entry(strings.Repeat("x", maxRun))
	if err := e.Enable(); err == nil {
		t.Error("enabled")
	}
	want(t, e, false)
}

func TestRepair_variables(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	t.Setenv("AUTOSTART_TEST_DIR", dir)
	write(t, filepath.Join(dir, "tool.exe"), "")
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Close()
	if err := key.SetExpandStringValue(entry().ID, `"%AUTOSTART_TEST_DIR%\tool.exe" -x`); err != nil {
		t.Fatal(err)
	}
	repairs(t, entry(), false)
}
