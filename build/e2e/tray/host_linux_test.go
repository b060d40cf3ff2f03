package tray_test

import (
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
)

// A host is a desktop with its own program for the icons of the tray.
type host struct {
	name     string            // in the table
	programs map[string]string // what it needs, with the Debian packages
	env      []string
	// start starts what stays when the panel ends, such as a window manager.
	start func(s *session)
	// panel starts the program that shows icons.
	panel func(s *session) *desktop.Process
	// ready does what is needed before the panel can be used.
	ready   func(s *session)
	notices []string // the program that shows notices, unless it is the panel
}

// need skips the test where a program is missing.
func (h host) need(t *testing.T) {
	t.Helper()
	for program, debianPackage := range h.programs {
		_, err := exec.LookPath(program)
		if filepath.IsAbs(program) {
			_, err = os.Stat(program)
		}
		if err != nil {
			t.Skipf("not for a machine without %s (Debian package %s)", program, debianPackage)
		}
	}
}

// A session is a host on a screen.
type session struct {
	host
	t        *testing.T
	d        *desktop.Desktop
	dark     bool             // whether dark colours are chosen in its settings
	scale    int              // of the screen, 1 or 2
	process  *desktop.Process // the panel
	expected string           // the cell that is being tried, as in the document
	limit    time.Duration    // how long awaits waits; 0: as long as the test may last

	menuButton desktop.Button // opens the menu; 0: none does
}

// session brings up a desktop without its panel.
func (h host) session(t *testing.T, dark bool, scale int) *session {
	t.Helper()
	s := &session{host: h, t: t, d: desktop.Start(t), dark: dark, scale: scale}
	s.d.SetBackground(color.RGBA{0x55, 0x77, 0x99, 0xff}) // unlike panels and menus
	s.d.Setenv(h.env...)
	if h.start != nil {
		h.start(s)
	}
	return s
}

// startPanel starts the panel, and does not wait for an icon.
func (s *session) startPanel() {
	s.process = s.panel(s)
	if s.ready != nil {
		s.ready(s)
	}
}

// killPanel ends the panel as a crash would.
func (s *session) killPanel() {
	s.process.Signal(syscall.SIGKILL)
	s.process.Wait()
}

func (s *session) spawn(program string, args ...string) *desktop.Process {
	return s.d.Spawn(s.d.Command(program, args...))
}

// write creates a file in the home folder.
func (s *session) write(name, text string) {
	s.t.Helper()
	s.d.Write(filepath.Join(s.d.Home(), name), text, 0o600)
}

// gsettings sets the settings of GNOME's programs and of similar ones.
func (s *session) gsettings(text string) {
	s.t.Helper()
	s.write(".config/glib-2.0/settings/keyfile", text)
	s.d.Setenv("GSETTINGS_BACKEND=keyfile")
}

// systemBus starts an empty bus in place of the system's.
func (s *session) systemBus() {
	s.t.Helper()
	socket := filepath.Join(s.d.Home(), "system-bus")
	s.spawn("dbus-daemon", "--session", "--nofork", "--address=unix:path="+socket)
	desktop.Await(s.t, "the system bus", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	s.d.Setenv("DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + socket)
}

// color returns one of two settings: for dark colours or for light ones.
func (s *session) color(dark, light string) string {
	if s.dark {
		return dark
	}
	return light
}

// awaits polls until something happens, or until the limit, and reports whether it did.
func (s *session) awaits(happened func() bool) bool {
	end := time.Now().Add(s.limit)
	if s.limit == 0 {
		end = deadline.Of(s.t)
	}
	for !happened() {
		if time.Now().After(end) {
			return false
		}
		time.Sleep(100 * time.Millisecond) // the panel needs the processors more than this loop
	}
	return true
}

// asOrdinaryUser hides from a command that root runs it, because sway refuses root. The
// command keeps root's rights.
func asOrdinaryUser(cmd *exec.Cmd) {
	if os.Getuid() != 0 {
		return
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
	}
}
