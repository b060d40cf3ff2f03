package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// fakePath makes a folder with fake programs, shell scripts, and sets PATH to it.
func fakePath(t *testing.T, programs map[string]string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows, because the fake programs are shell scripts")
	}
	dir := t.TempDir()
	for name, script := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
}

// fakeGo is a script that answers go env as Go 1.26.3 does.
const fakeGo = `case $2 in GOVERSION) echo go1.26.3 ;; CC) echo gcc -m64 ;; esac`

// sudo returns the beginning of commands that need root.
func sudo() string {
	if os.Geteuid() == 0 {
		return ""
	}
	return "sudo "
}

func TestExamine(t *testing.T) {
	const ok = "ok"
	for name, test := range map[string]struct {
		goos, mod string
		programs  map[string]string
		want      map[string]string // the details by target, or ok
		failed    bool
	}{
		"nothing": {goos: "linux", failed: true, want: map[string]string{
			"tools for this machine": "no go command: get Go from https://go.dev/dl/",
			"installer for Windows":  "get NSIS from https://nsis.sourceforge.io",
			"tray for macOS":         "needs a Mac: run dibble package there",
			"go test -race":          "get a C compiler, such as https://gcc.gnu.org",
		}},
		"all of it": {goos: "linux", programs: map[string]string{
			"go": fakeGo, "makensis": "", "osslsigncode": "", "git": "", "gcc": "", "xdg-open": "", "apt-get": "",
		}, want: map[string]string{
			"tools for this machine": ok, "packages for Linux, .zip for Windows": ok, "installer for Windows": ok, "signatures for Windows": ok,
			"dates in packages": ok, "go test -race": ok, "opening the browser": ok,
		}},
		"Debian": {goos: "linux", programs: map[string]string{"go": fakeGo, "apt-get": "", "brew": ""}, want: map[string]string{
			"installer for Windows": sudo() + "apt-get install nsis",
			"go test -race":         sudo() + "apt-get install gcc libc6-dev",
		}},
		"Fedora": {goos: "linux", programs: map[string]string{"go": fakeGo, "dnf": ""}, want: map[string]string{
			"installer for Windows": sudo() + "dnf install mingw32-nsis mingw64-nsis",
		}},
		"Arch, which has no NSIS": {goos: "linux", programs: map[string]string{"go": fakeGo, "pacman": ""}, want: map[string]string{
			"installer for Windows": "get NSIS from https://nsis.sourceforge.io",
			"dates in packages":     sudo() + "pacman -S git",
		}},
		"Alpine": {goos: "linux", programs: map[string]string{"go": fakeGo, "apk": ""}, want: map[string]string{
			"go test -race": sudo() + "apk add gcc musl-dev",
		}},
		"openSUSE": {goos: "linux", programs: map[string]string{"go": fakeGo, "zypper": ""}, want: map[string]string{
			"signatures for Windows": sudo() + "zypper install osslsigncode",
		}},
		"Windows": {goos: "windows", programs: map[string]string{"go": fakeGo, "winget": "", "choco": ""}, want: map[string]string{
			"installer for Windows":  "winget install NSIS.NSIS",
			"signatures for Windows": "need Linux or a Mac: run dibble package there, or use signtool of the Windows SDK",
			"go test -race":          "winget install BrechtSanders.WinLibs.POSIX.UCRT",
		}},
		"a Mac without a compiler": {goos: "darwin", failed: true, programs: map[string]string{"go": fakeGo, "brew": "", "xcode-select": "exit 2"}, want: map[string]string{
			"installer for Windows": "brew install makensis",
			"tray for macOS":        "xcode-select --install",
			"go test -race":         "xcode-select --install",
		}},
		"a Mac": {goos: "darwin", programs: map[string]string{"go": fakeGo, "xcode-select": ""}, want: map[string]string{
			"tray for macOS": ok, "go test -race": ok,
		}},
		"an old Go": {goos: "linux", mod: "module m\n\ngo 1.27rc1\n", failed: true, programs: map[string]string{"go": fakeGo}, want: map[string]string{
			"tools for this machine": "go1.26.3 is too old, and go.mod requires go1.27rc1: get it from https://go.dev/dl/",
		}},
		"as old as wanted": {goos: "linux", mod: "module m\n\ngo 1.26.3\n", programs: map[string]string{"go": fakeGo}, want: map[string]string{
			"tools for this machine": ok,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			fakePath(t, test.programs)
			dir := t.TempDir()
			if test.mod != "" {
				if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(test.mod), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			found, err := examine(t.Context(), test.goos, dir)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, f := range found {
				if got[f.target] = f.details; f.ok {
					got[f.target] = ok
				}
			}
			for target, want := range test.want {
				if details := strings.TrimPrefix(got[target], os.Getenv("PATH")+"/"); details != want {
					t.Errorf("%s: %q, want %q", target, details, want)
				}
			}
			if err := report(t.Output(), found); (err != nil) != test.failed {
				t.Errorf("the table ends with %v", err)
			}
		})
	}
}

// TestLook_installed: programs in folders that are not on PATH are found on Windows.
func TestLook_installed(t *testing.T) {
	fakePath(t, nil)
	programs := t.TempDir()
	t.Setenv("ProgramFiles(x86)", programs)
	want := filepath.Join(programs, "NSIS", "makensis.exe")
	if err := errors.Join(os.Mkdir(filepath.Dir(want), 0o755), os.WriteFile(want, nil, 0o755)); err != nil {
		t.Fatal(err)
	}
	if f := parts("windows", "gcc")[0].look(t.Context()); !f.ok || f.details != want {
		t.Errorf("%+v, want %s", f, want)
	}
}

func TestReport(t *testing.T) {
	var b strings.Builder
	err := report(&b, []finding{{"a", true, "x", true}, {"longer", false, "get y", false}})
	if want := "a       ok       x\nlonger  missing  get y\n"; err != nil || !strings.HasPrefix(b.String(), want) {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestWantedGo(t *testing.T) {
	if got, err := wantedGo("."); !strings.HasPrefix(got, "go1.") || err != nil {
		t.Errorf("in this module: %q, %v", got, err)
	}
	if got, err := wantedGo(t.TempDir()); got != "" || err != nil {
		t.Errorf("in no module: %q, %v", got, err)
	}
}

func TestRun(t *testing.T) {
	if err := Run(t.Context(), []string{"more"}); err == nil {
		t.Error("no error for an argument")
	}
	// Go is installed, because it runs this.
	if err := Run(t.Context(), nil); runtime.GOOS != "darwin" && err != nil {
		t.Error(err)
	}
}
