package doctor

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A part is a program that a target needs in addition to Go.
type part struct {
	target    string
	program   string                                       // its name on PATH; "" if it does not exist for this system
	folder    string                                       // its folder in Program Files, if its installer does not change PATH
	works     func(ctx context.Context, path string) error // checks the program, if not nil; the error is shown after the path
	packages  map[string]string                            // the packages with it, by package manager
	otherwise string                                       // how to get it without a package manager
	vital     bool
}

// parts returns the parts for a system. compiler is the C compiler that cgo uses.
func parts(goos, compiler string) []part {
	compiler, _, _ = strings.Cut(compiler, " ") // flags follow
	all := []part{
		{target: "installer for Windows", program: "makensis", folder: "NSIS", otherwise: "get NSIS from https://nsis.sourceforge.io", packages: map[string]string{
			"apt-get": "nsis", "dnf": "mingw32-nsis mingw64-nsis", "brew": "makensis", "winget": "NSIS.NSIS", "choco": "nsis",
		}},
		{target: "signatures for Windows", program: "osslsigncode", otherwise: "get it from https://github.com/mtrojnar/osslsigncode", packages: map[string]string{
			"apt-get": "osslsigncode", "dnf": "osslsigncode", "apk": "osslsigncode", "zypper": "osslsigncode", "brew": "osslsigncode",
		}},
		{target: "dates in packages", program: "git", otherwise: "get it from https://git-scm.com", packages: map[string]string{
			"apt-get": "git", "dnf": "git", "pacman": "git", "apk": "git", "zypper": "git", "brew": "git", "winget": "Git.Git", "choco": "git",
		}},
	}
	if goos == "windows" {
		all[1] = part{target: "signatures for Windows", otherwise: "need Linux or a Mac: run dibble package there, or use signtool of the Windows SDK"}
	}
	if goos == "darwin" {
		return append(all,
			part{target: "tray for macOS", program: "xcode-select", works: hasCompiler, vital: true},
			part{target: "go test -race", program: "xcode-select", works: hasCompiler})
	}
	all = append(all,
		part{target: "tray for macOS", otherwise: "needs a Mac: run dibble package there"},
		part{target: "go test -race", program: compiler, otherwise: "get a C compiler, such as https://gcc.gnu.org", packages: map[string]string{
			"apt-get": "gcc libc6-dev", "dnf": "gcc", "pacman": "gcc", "apk": "gcc musl-dev", "zypper": "gcc", "brew": "gcc",
			"winget": "BrechtSanders.WinLibs.POSIX.UCRT", "choco": "mingw",
		}})
	if goos != "windows" {
		all = append(all, part{target: "opening the browser", program: "xdg-open", otherwise: "get xdg-utils", packages: map[string]string{
			"apt-get": "xdg-utils", "dnf": "xdg-utils", "pacman": "xdg-utils", "apk": "xdg-utils", "zypper": "xdg-utils",
		}})
	}
	return all
}

func (p part) look(ctx context.Context) finding {
	f := finding{target: p.target, details: p.mend(), vital: p.vital}
	if p.program == "" {
		return f
	}
	path, err := p.find()
	if err != nil {
		return f
	}
	if p.works != nil {
		if err := p.works(ctx, path); err != nil {
			f.details = path + " " + err.Error()
			return f
		}
	}
	f.ok, f.details = true, path
	return f
}

// find returns the path of the program. dibble package searches the same folders.
func (p part) find() (path string, err error) {
	path, err = exec.LookPath(p.program)
	for _, programs := range []string{os.Getenv("ProgramFiles(x86)"), os.Getenv("ProgramFiles")} {
		if err != nil && programs != "" && p.folder != "" {
			path, err = exec.LookPath(filepath.Join(programs, p.folder, p.program+".exe"))
		}
	}
	return path, err
}

// managers lists package managers with their commands for installing. The system's own
// come first.
var managers = []struct{ program, install string }{
	{"apt-get", "sudo apt-get install"},
	{"dnf", "sudo dnf install"},
	{"pacman", "sudo pacman -S"},
	{"apk", "sudo apk add"},
	{"zypper", "sudo zypper install"},
	{"brew", "brew install"},
	{"winget", "winget install"},
	{"choco", "choco install"},
}

// mend returns how to get the part on this system.
func (p part) mend() string {
	for _, m := range managers {
		if _, err := exec.LookPath(m.program); err == nil && p.packages[m.program] != "" {
			command := m.install + " " + p.packages[m.program]
			if os.Geteuid() == 0 {
				command = strings.TrimPrefix(command, "sudo ")
			}
			return command
		}
	}
	return p.otherwise
}

// hasCompiler returns an error if Apple's compiler is not installed. Every Mac has a
// program with its name that only offers to install it.
func hasCompiler(ctx context.Context, path string) error {
	if exec.CommandContext(ctx, path, "-p").Run() != nil {
		return errors.New("--install")
	}
	return nil
}
