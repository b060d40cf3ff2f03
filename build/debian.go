package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// A debianPackage is a Debian package that the tests need.
type debianPackage struct {
	name, why string
	instead   string // a program on PATH that can be used instead; may be empty
}

// testPackages are the packages that the tests need.
var testPackages = []debianPackage{
	{name: "ca-certificates", why: "to download Go modules"},
	{name: "gcc", why: "a C compiler, to link the race detector"},
	{name: "libc6-dev", why: "the C library, to link the race detector"},
	{name: "xvfb", why: "a screen without a monitor"},
	{name: "dbus-daemon", why: "a session bus, for the tray's icon"},
	{name: "xfce4-panel", why: "a panel that shows the icon and its menu"},
	{name: "xfce4-notifyd", why: "a notification service"},
	{name: "xdg-desktop-portal", why: "to choose files as on most desktops"},
	{name: "xdg-desktop-portal-gtk", why: "the portal's dialogs"},
	{name: "zenity", why: "to choose files without a portal"},
	{name: "chromium", why: "a browser that shows the pages", instead: "google-chrome"},
	{name: "npm", why: "to fetch axe-core and html-validate, which judge the pages", instead: "npm"},
	{name: "iproute2", why: "to list the sockets of the program"},
	{name: "xdg-utils", why: "to open the browser as the program does"},
	{name: "curl", why: "a client that logs in"},
	{name: "python3", why: "a client that reads no answer before it has sent its whole request"},
	{name: "desktop-file-utils", why: "to check the entry that starts the program at login, and to open files"},
	{name: "shared-mime-info", why: "to detect the types of files"},
	{name: "libglib2.0-bin", why: "to start the program from the entry for login"},
	{name: "wine", why: "to run the Windows program and its installer"},
	{name: "wine64", why: "64-bit Wine"},
	{name: "binutils-mingw-w64-x86-64", why: "to make a library that Wine lacks"},
	{name: "dash", why: "a shell that runs the install script"},
	{name: "busybox", why: "another shell, with its own tools"},
	{name: "gtk-update-icon-cache", why: "to check the installed icons"},
	{name: "xdotool", why: "to use the installer and dialogs"},
	{name: "xclip", why: "to paste paths into dialogs"},
	{name: "nsis", why: "to make the installer for Windows"},
	{name: "osslsigncode", why: "to sign programs for Windows"},
	{name: "openssl", why: "to make a certificate for signing"},
	{name: "appstream", why: "to check the description for software centres"},
	{name: "python3-icalendar", why: "another program that reads what the calendar exports"},
	{name: "git", why: "to check that a new tool can be committed", instead: "git"},
	{name: "mandoc", why: "to check the manual page"},
	{name: "rpm", why: "to check the package for Fedora"},
	{name: "libarchive-tools", why: "to check the package for Alpine"},
	{name: "pacman-package-manager", why: "to check the package for Arch Linux"},
}

// provePackages are the packages that prove needs in addition to [testPackages].
var provePackages = []debianPackage{
	{name: "firefox-esr", why: "another browser, for hostile pages", instead: "firefox"},
	{name: "kdialog", why: "to choose files in KDE's dialog"},
	{name: "xdg-desktop-portal-kde", why: "the portal's dialogs for KDE"},
	{name: "wget", why: "another client that logs in"},
	{name: "lintian", why: "to check the package for Debian"},
}

// install installs the missing packages with apt-get, if it is available and allowed. It
// prints the packages and why they are needed.
func install(packages []debianPackage) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		fmt.Println("apt-get is not available: the tests use the programs that are installed")
		return nil
	}
	missing, err := missingPackages(packages)
	if err != nil || len(missing) == 0 {
		return err
	}
	args := append(asRoot(), "apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300")
	fmt.Println("missing packages:")
	for _, p := range missing {
		fmt.Printf("  %-20s %s\n", p.name, p.why)
		args = append(args, p.name)
	}
	fmt.Println(strings.Join(args, " "))
	err = run(".", nil, args...)
	if err != nil {
		// The lists of packages may be missing or old. A mirror keeps only the newest
		// packages.
		update := append(asRoot(), "apt-get", "update", "-q", "-o", "DPkg::Lock::Timeout=300")
		fmt.Println(strings.Join(update, " "))
		if err = run(".", nil, update...); err == nil {
			err = run(".", nil, args...)
		}
	}
	if err != nil {
		return fmt.Errorf("not installed: %w; run this as root: %s", err, strings.Join(args, " "))
	}
	return nil
}

// asRoot returns the beginning of a command that needs root.
func asRoot() []string {
	set := []string{"env", "DEBIAN_FRONTEND=noninteractive"}
	if os.Geteuid() == 0 {
		return set
	}
	sudo := []string{"sudo"}
	null, nullErr := os.Stat(os.DevNull) // also a device, like a terminal
	stdin, err := os.Stdin.Stat()
	if err != nil || stdin.Mode()&os.ModeCharDevice == 0 || nullErr == nil && os.SameFile(stdin, null) {
		sudo = append(sudo, "-n") // nobody can type a password
	}
	return append(sudo, set...)
}

// missingPackages returns the packages that are not installed.
func missingPackages(packages []debianPackage) ([]debianPackage, error) {
	args := []string{"-W", "-f", "${Package} ${db:Status-Status}\n"}
	for _, p := range packages {
		args = append(args, p.name)
	}
	cmd := exec.Command("dpkg-query", args...)
	out, err := cmd.Output()
	// Exit status 1 means that dpkg does not know some of them.
	if err != nil && cmd.ProcessState.ExitCode() != 1 {
		return nil, fmt.Errorf("dpkg-query: %w", err)
	}
	installed := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		name, status, _ := strings.Cut(strings.TrimSpace(line), " ")
		installed[name] = status == "installed"
	}
	var missing []debianPackage
	for _, p := range packages {
		if !installed[p.name] && !found(p.instead) {
			missing = append(missing, p)
		}
	}
	return missing, nil
}

func found(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
