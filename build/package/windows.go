package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

func (p *packaging) windows(made program) error {
	if err := p.addResources(made); err != nil {
		return err
	}
	if err := p.sign(made.path); err != nil {
		return err
	}
	if err := p.portable(made); err != nil {
		return err
	}
	if err := makensis.find(); err != nil {
		p.remark("no installer for Windows: %v", err)
		return nil
	}
	return p.installer(made)
}

// english is the language of the version information: English of the USA.
const english = 0x0409

// addResources gives a Windows program its icon, manifest and version.
func (p *packaging) addResources(made program) error {
	ico, err := p.icon.ICO()
	if err != nil {
		return err
	}
	icon, err := winres.LoadICO(bytes.NewReader(ico))
	if err != nil {
		return err
	}
	s := p.subject()
	var details version.Info
	details.SetFileVersion(p.Version)
	details.SetProductVersion(p.Version)
	var set winres.ResourceSet
	if err := errors.Join(
		set.SetIcon(winres.Name("APPICON"), icon),
		details.Set(english, version.ProductName, p.Name),
		details.Set(english, version.FileDescription, p.Name), // the task manager shows it
		details.Set(english, version.Comments, s.Summary),
		details.Set(english, version.CompanyName, p.publisher),
		details.Set(english, version.LegalCopyright, s.Copyright),
		details.Set(english, version.InternalName, p.Command),
		details.Set(english, version.OriginalFilename, filepath.Base(made.path)),
	); err != nil {
		return err
	}
	set.SetVersionInfo(details)
	set.SetManifest(winres.AppManifest{
		Description:         p.Name,
		Compatibility:       winres.Win10AndAbove, // as Go
		ExecutionLevel:      winres.AsInvoker,
		DPIAwareness:        winres.DPIPerMonitorV2,
		LongPathAware:       true,
		UseCommonControlsV6: true, // modern message boxes
	})
	plain, err := os.ReadFile(made.path)
	if err != nil {
		return err
	}
	var patched bytes.Buffer
	if err := set.WriteToEXE(&patched, bytes.NewReader(plain)); err != nil {
		return fmt.Errorf("adding resources to %s: %w", made.path, err)
	}
	return os.WriteFile(made.path, patched.Bytes(), 0o755)
}

// portable makes a .zip archive of the program, for use without installation.
func (p *packaging) portable(made program) error {
	binary, err := os.ReadFile(made.path)
	if err != nil {
		return err
	}
	archive, err := zipped(p.Name, []file{
		{filepath.Base(made.path), executable, binary},
		{"LICENSE.txt", data, windowsText(made.notices)},
	}, p.date)
	if err != nil {
		return err
	}
	return p.add(p.name("windows-"+made.goarch+".zip"), archive)
}

// windowsText returns text with the line ends of Windows.
func windowsText(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
}

// installer makes the installer.
func (p *packaging) installer(made program) error {
	s := p.subject()
	s.Signing = len(p.signArgs) > 0
	// NSIS makes no programs for arm64, but Windows for arm64 runs those for x86.
	s.Wide = made.goarch == "amd64" && p.makesWide()
	script, err := text("installer.nsi", s)
	if err != nil {
		return err
	}
	ico, err := p.icon.ICO()
	if err != nil {
		return err
	}
	dir := filepath.Dir(made.path)
	err = write(dir, []file{
		{"installer.nsi", data, script},
		{"LICENSE.txt", data, windowsText(made.notices)},
		{"icon.ico", data, ico},
	}, p.date)
	if err != nil {
		return err
	}
	if err := os.Chtimes(made.path, p.date, p.date); err != nil {
		return err
	}
	if _, err := output(p.makensis(dir, "-V2", "-WX", "-INPUTCHARSET", "UTF8", "installer.nsi")); err != nil {
		return err
	}
	name := p.name("windows-" + made.goarch + "-setup.exe")
	out := filepath.Join(p.made, name)
	if err := os.Rename(filepath.Join(dir, p.Command+"-setup.exe"), out); err != nil {
		return err
	}
	if err := p.sign(out); err != nil {
		return err
	}
	return p.say(name)
}

// makesWide reports whether makensis makes 64-bit programs. The NSIS of Linux distributions
// does; that of nsis.sourceforge.io does not. 32-bit installers run on 64-bit Windows as well.
func (p *packaging) makesWide() bool {
	const script = "Target amd64-unicode\nName x\nOutFile wide.exe\nSection\nSectionEnd\n"
	if err := os.WriteFile(filepath.Join(p.work, "wide.nsi"), []byte(script), 0o600); err != nil {
		return false
	}
	return p.makensis(p.work, "-V1", "wide.nsi").Run() == nil
}

// makensis returns the command that makes an installer in the folder dir.
func (p *packaging) makensis(dir string, args ...string) *exec.Cmd {
	cmd := p.command(makensis.path(), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		fmt.Sprintf("SOURCE_DATE_EPOCH=%d", p.date.Unix()), // otherwise the installer contains the current time
		"LC_ALL=C.UTF-8") // without UTF-8 it crashes if the folder's path is not ASCII
	return cmd
}
