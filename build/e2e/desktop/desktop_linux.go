package desktop

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
)

// A Desktop is a screen, a session bus and a home folder. Use [Start] to get one.
// It is for use by one goroutine.
type Desktop struct {
	BusAddress string // of the session bus

	t      testing.TB
	dir    string // of all files
	env    []string
	x      *xgb.Conn
	screen *xproto.ScreenInfo
	bus    *dbus.Conn
	daemon *Process // of the bus
	failed bool     // whether a screenshot of the failure was taken
}

func init() {
	// It would report that there is no .Xauthority.
	xgb.Logger = log.New(io.Discard, "", 0)
}

// Start brings up a screen of 1024×768 pixels, a session bus and a home folder,
// and takes them down when the test ends. It skips the test where there is no
// Xvfb or no dbus-daemon.
func Start(t testing.TB) *Desktop {
	t.Helper()
	Need(t, "Xvfb", "xvfb")
	Need(t, "dbus-daemon", "dbus-daemon")

	d := &Desktop{t: t, dir: tempdir.New(t)}
	for _, folder := range []string{d.Home(), d.config(), d.data(), d.path("run"), d.path("tmp"), d.path("services")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + d.Home(),
		"TMPDIR=" + d.path("tmp"),
		"XDG_CONFIG_HOME=" + d.config(),
		"XDG_DATA_HOME=" + d.data(),
		"XDG_CACHE_HOME=" + d.path("home", ".cache"),
		"XDG_RUNTIME_DIR=" + d.path("run"),
		"LC_ALL=C.UTF-8",
		"NO_AT_BRIDGE=1", // no accessibility bus: it would outlive the session
	}
	t.Cleanup(d.endLeftovers)

	_, display := d.spawnAnswering("Xvfb", "-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp")
	d.env = append(d.env, "DISPLAY=:"+display)
	d.connectScreen(":" + display)

	const panelSettings = "org.xfce.Xfconf.service"
	if err := os.Symlink("/usr/share/dbus-1/services/"+panelSettings, filepath.Join(d.path("services"), panelSettings)); err != nil {
		t.Fatal(err)
	}
	d.startBus()
	return d
}

// busConfig configures a session bus that starts no programs, except the services that are
// linked in its folder: at first the one with the panel's settings.
const busConfig = `<busconfig>
<type>session</type>
<listen>unix:path=%s</listen>
<auth>EXTERNAL</auth>
<servicedir>%s</servicedir>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/>
<allow own="*"/>
</policy>
</busconfig>
`

// startBus starts the session bus.
func (d *Desktop) startBus() {
	d.t.Helper()
	// The socket is not run/bus, where programs look if they have no address.
	config := d.path("bus.conf")
	d.Write(config, fmt.Sprintf(busConfig, d.path("bus"), d.path("services")), 0o600)
	d.daemon, d.BusAddress = d.spawnAnswering("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=3")
	d.env = append(d.env, busVariable+"="+d.BusAddress)
	d.bus = d.Dial()
}

// KillBus ends the session bus as the end of the session does.
func (d *Desktop) KillBus() {
	d.t.Helper()
	d.daemon.Signal(syscall.SIGKILL)
	d.daemon.Wait()
}

const busVariable = "DBUS_SESSION_BUS_ADDRESS"

// Need skips the test unless program is installed.
func Need(t testing.TB, program, debianPackage string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("no %s here (Debian package %s)", program, debianPackage)
	}
}

// Home is the home folder. XDG_CONFIG_HOME and others are at their usual places in it.
func (d *Desktop) Home() string { return d.path("home") }

func (d *Desktop) config() string { return d.path("home", ".config") }

func (d *Desktop) data() string { return d.path("home", ".local", "share") }

func (d *Desktop) path(elem ...string) string {
	return filepath.Join(slices.Insert(elem, 0, d.dir)...)
}

// Write creates a file and its folders.
func (d *Desktop) Write(path, text string, mode os.FileMode) {
	d.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		d.t.Fatal(err)
	}
}

// spawnAnswering starts a server that writes a line to descriptor 3 when it is ready, and
// returns that line.
func (d *Desktop) spawnAnswering(name string, args ...string) (*Process, string) {
	d.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	cmd := d.Command(name, args...)
	cmd.ExtraFiles = []*os.File{w}
	p := d.Spawn(cmd)
	w.Close() // the pipe ends with the server
	if err := r.SetReadDeadline(deadline.Of(d.t)); err != nil {
		d.t.Fatal(err)
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		d.t.Fatalf("%s did not start: %v\n%s", name, err, p.Stderr())
	}
	return p, strings.TrimSpace(line)
}

func (d *Desktop) connectScreen(display string) {
	d.t.Helper()
	var err error
	if d.x, err = xgb.NewConnDisplay(display); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(d.x.Close)
	d.screen = xproto.Setup(d.x).DefaultScreen(d.x)
	if err := xtest.Init(d.x); err != nil {
		d.t.Fatal(err)
	}
}

// keepFailure takes a screenshot of a failed test, once, before any program is stopped.
func (d *Desktop) keepFailure() {
	if d.t.Failed() && !d.failed {
		d.failed = true
		d.Screenshot("failed")
	}
}

// Dial returns a new connection to the session bus, which is closed when the test ends.
func (d *Desktop) Dial() *dbus.Conn {
	d.t.Helper()
	conn, err := dbus.Connect(d.BusAddress)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { conn.Close() })
	return conn
}

// AwaitOwner returns a function that waits until a program has taken a name on the bus since
// AwaitOwner was called.
func (d *Desktop) AwaitOwner(name string) (wait func()) {
	d.t.Helper()
	conn := d.Dial()
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	err := conn.AddMatchSignal(dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return func() {
		d.t.Helper()
		defer conn.Close()
		timeout := time.After(time.Until(deadline.Of(d.t)))
		for {
			select {
			case s := <-signals: // name, old owner, new owner
				if s == nil {
					d.t.Fatalf("the session bus ended before a program took the name %s", name)
				}
				if len(s.Body) == 3 && s.Body[0] == name && s.Body[2] != "" {
					return
				}
			case <-timeout:
				d.t.Fatalf("waited in vain for a program to take the name %s on the bus", name)
			}
		}
	}
}

// Without returns the environment env without the named variables, for programs that must
// find no bus or no screen:
//
//	cmd.Env = desktop.Without(cmd.Env, "DBUS_SESSION_BUS_ADDRESS")
func Without(env []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(names, name)
	})
}

// Await polls until happened returns true. It fails the test at [deadline.Of]. It is for events
// that nothing announces, such as pixels, files and other programs' windows.
func Await(t testing.TB, what string, happened func() bool) {
	t.Helper()
	for end := deadline.Of(t); !happened(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
