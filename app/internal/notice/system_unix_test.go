//go:build (linux && !android) || freebsd || openbsd || netbsd

package notice

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/app/internal/testbus"
)

// startBus starts a session bus for this process.
func startBus(t *testing.T) (address string, kill func()) {
	t.Helper()
	bus := testbus.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	return bus.Address, bus.Kill
}

func dial(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	return bus
}

// A service is a fake notification service that records the notices.
type service struct {
	bus          *dbus.Conn
	name         string
	capabilities []string
	hold         chan struct{} // if not nil, Notify waits until it is closed

	mu     sync.Mutex
	calls  []call
	closed []uint32
}

// A call is a call of Notify.
type call struct {
	Sender     dbus.Sender
	App        string
	Replaces   uint32
	Icon       string
	Title      string
	Text       string
	Actions    []string
	Hints      map[string]dbus.Variant
	Expiration int32
}

func startService(t *testing.T, address string, s *service) *service {
	t.Helper()
	s.bus = dial(t, address)
	if err := s.bus.ExportMethodTable(map[string]any{
		"GetCapabilities":      func() ([]string, *dbus.Error) { return s.capabilities, nil },
		"GetServerInformation": func() (string, string, string, string, *dbus.Error) { return s.name, "", "1", "1.2", nil },
		"CloseNotification":    s.closeNotification,
		"Notify":               s.notify,
	}, servicePath, serviceName); err != nil {
		t.Fatal(err)
	}
	if reply, err := s.bus.RequestName(serviceName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(reply, err)
	}
	return s
}

func (s *service) notify(sender dbus.Sender, app string, replaces uint32, icon, title, text string, actions []string, hints map[string]dbus.Variant, expiration int32) (uint32, *dbus.Error) {
	if s.hold != nil {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call{sender, app, replaces, icon, title, text, actions, hints, expiration})
	if replaces != 0 {
		return replaces, nil
	}
	return uint32(len(s.calls)), nil
}

// call returns the call of Notify with this number.
func (s *service) call(n int) call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[n]
}

func (s *service) closeNotification(id uint32) *dbus.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = append(s.closed, id)
	return nil
}

// emit sends a signal of the service from a connection, to all subscribers and directly
// to one connection.
func emit(t *testing.T, from *dbus.Conn, to dbus.Sender, signal string, args ...any) {
	t.Helper()
	if err := from.Emit(servicePath, serviceName+"."+signal, args...); err != nil {
		t.Fatal(err)
	}
	send(t, from, to, servicePath, serviceName, signal, args...)
}

// send sends a signal to one connection, and waits until the bus has passed it on.
func send(t *testing.T, from *dbus.Conn, to dbus.Sender, path dbus.ObjectPath, iface, signal string, args ...any) {
	t.Helper()
	m := &dbus.Message{Type: dbus.TypeSignal, Body: args, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath:        dbus.MakeVariant(path),
		dbus.FieldInterface:   dbus.MakeVariant(iface),
		dbus.FieldMember:      dbus.MakeVariant(signal),
		dbus.FieldDestination: dbus.MakeVariant(string(to)),
		dbus.FieldSignature:   dbus.MakeVariant(dbus.SignatureOf(args...)),
	}}
	if call := from.Send(m, nil); call.Err != nil {
		t.Fatal(call.Err)
	}
	if err := from.BusObject().Call(busName+".GetId", 0).Err; err != nil {
		t.Fatal(err)
	}
}

// newTestSystem returns a system and a channel that receives the pages of clicks.
func newTestSystem(t *testing.T) (*system, <-chan string) {
	opened := make(chan string, 100)
	s := newSystem(t.Context(), Config{
		Name:     "Tea Timer",
		ID:       "com.example.teatimer",
		Icon:     []byte("an icon"),
		IconFile: filepath.Join(t.TempDir(), "an icon.png"),
		Open:     func(page string) { opened <- page },
	})
	return s, opened
}

func show(t *testing.T, s *system, notices ...Notice) {
	t.Helper()
	for _, n := range notices {
		if err := s.show(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
}

func TestShow(t *testing.T) {
	address, _ := startBus(t)
	for _, test := range []struct {
		name         string
		capabilities []string
		want         string
	}{
		{"gnome-shell", []string{"body", "body-markup"}, `a &lt;b&gt; &amp;amp; isn't "c"`}, // it shows &#39; as it is
		{"plain", []string{"body"}, `a <b> &amp; isn't "c"`},
		{"dunst", []string{"body"}, `a &lt;b&gt; &amp;amp; isn't "c"`}, // it treats text as markup anyway
	} {
		s, _ := newTestSystem(t)
		f := startService(t, address, &service{name: test.name, capabilities: test.capabilities})
		show(t, s, Notice{"Tea & <cake>", `a <b> &amp; isn't "c"`, "/"}, Notice{"Other", "", "/"}, Notice{"Tea & <cake>", "later", "/"})
		c := f.call(0)
		if c.App != "Tea Timer" || c.Title != "Tea & <cake>" || c.Text != test.want || c.Replaces != 0 || c.Actions[0] != "default" || c.Hints["desktop-entry"].Value() != "com.example.teatimer" || c.Expiration != -1 {
			t.Errorf("%s: %+v", test.name, c)
		}
		file := strings.ReplaceAll(strings.TrimPrefix(c.Icon, "file://"), "%20", " ")
		if icon, err := os.ReadFile(file); !bytes.Equal(icon, []byte("an icon")) || err != nil {
			t.Errorf("%s: the icon is at %s: %q, %v", test.name, c.Icon, icon, err)
		}
		if f.call(1).Replaces != 0 || f.call(2).Replaces != 1 {
			t.Errorf("%s: the same title replaces %d, another title %d", test.name, f.call(2).Replaces, f.call(1).Replaces)
		}
		f.bus.Close()
	}
}

// Only signals of the service count as clicks.
func TestClick(t *testing.T) {
	address, _ := startBus(t)
	s, opened := newTestSystem(t)
	f := startService(t, address, new(service))
	show(t, s, Notice{"Tea", "", "/tea"}, Notice{"Cake", "", "/cake"})
	to := f.call(0).Sender
	stranger := dial(t, address)
	emit(t, stranger, to, "ActionInvoked", uint32(1), "default") // forged
	emit(t, stranger, to, "NotificationClosed", uint32(2), uint32(1))
	send(t, stranger, to, "/org/freedesktop/DBus", busName, "NameOwnerChanged", serviceName, f.bus.Names()[0], "")
	emit(t, f.bus, to, "ActionInvoked", uint32(1), "other")
	emit(t, f.bus, to, "ActionInvoked", uint32(9), "default")
	emit(t, f.bus, to, "ActionInvoked", "1", "default")
	emit(t, f.bus, to, "ActionInvoked", uint32(2), "default")
	for range 2 {
		if page := <-opened; page != "/cake" {
			t.Fatalf("opened %s", page)
		}
	}
}

// Without notices there is no connection.
func TestClosed(t *testing.T) {
	address, _ := startBus(t)
	s, _ := newTestSystem(t)
	f := startService(t, address, new(service))
	show(t, s, Notice{"Tea", "", "/tea"}, Notice{"Cake", "", "/cake"})
	gone := awaitGone(t, address, f.call(0).Sender)
	emit(t, f.bus, f.call(0).Sender, "NotificationClosed", uint32(1), uint32(1))
	emit(t, f.bus, f.call(0).Sender, "NotificationClosed", uint32(2), uint32(2))
	gone()
	show(t, s, Notice{"Tea", "", "/tea"})
	if c := f.call(2); c.Replaces != 0 || c.Sender == f.call(0).Sender {
		t.Errorf("after that: %+v", c)
	}
}

// awaitGone returns a function that waits until a connection is closed.
func awaitGone(t *testing.T, address string, name dbus.Sender) (wait func()) {
	t.Helper()
	bus, signals := dial(t, address), make(chan *dbus.Signal, 10)
	bus.Signal(signals)
	if err := bus.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, string(name))); err != nil {
		t.Fatal(err)
	}
	return func() {
		for signal := range signals {
			if signal.Name == busName+".NameOwnerChanged" {
				return
			}
		}
	}
}

// Each service numbers its own notices.
func TestServiceRestarts(t *testing.T) {
	address, _ := startBus(t)
	s, opened := newTestSystem(t)
	f := startService(t, address, new(service))
	show(t, s, Notice{"Tea", "", "/tea"})
	gone := awaitGone(t, address, f.call(0).Sender)
	f.bus.Close()
	gone()
	f = startService(t, address, &service{capabilities: []string{"body-markup"}})
	show(t, s, Notice{"Cake", "<b>", "/cake"}, Notice{"Tea", "", "/tea"})
	if f.call(0).Text != "&lt;b&gt;" || f.call(1).Replaces != 0 {
		t.Errorf("%+v, %+v", f.call(0), f.call(1))
	}
	emit(t, f.bus, f.call(0).Sender, "ActionInvoked", uint32(1), "default")
	if page := <-opened; page != "/cake" {
		t.Fatalf("opened %s", page)
	}
	s.mu.Lock()
	s.session.owner = ":1.999" // a service that has just ended
	s.mu.Unlock()
	show(t, s, Notice{"Tea", "", "/tea"})
	if f.call(2).Replaces != 0 {
		t.Errorf("%+v", f.call(2))
	}
}

func TestBusEnds(t *testing.T) {
	address, kill := startBus(t)
	s, _ := newTestSystem(t)
	startService(t, address, new(service))
	show(t, s, Notice{"Tea", "", "/tea"})
	kill()
	connected := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.session != nil
	}
	for connected() {
		runtime.Gosched()
	}
	address, _ = startBus(t)
	f := startService(t, address, new(service))
	show(t, s, Notice{"Tea", "", "/tea"})
	if f.call(0).Replaces != 0 {
		t.Errorf("%+v", f.call(0))
	}
}

func TestMaxKept(t *testing.T) {
	address, _ := startBus(t)
	s, _ := newTestSystem(t)
	f := startService(t, address, new(service))
	for i := range maxKept + 2 {
		show(t, s, Notice{strings.Repeat("x", i+1), "", "/"})
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(f.closed) != 2 || f.closed[0] != 1 || f.closed[1] != 2 || len(s.session.open) != maxKept {
		t.Errorf("closed: %d, kept %d", f.closed, len(s.session.open))
	}
}

func TestNoService(t *testing.T) {
	address, _ := startBus(t)
	s, opened := newTestSystem(t)
	if err := s.show(t.Context(), Notice{"Tea", "", "/tea"}); err != errNoService || s.session != nil {
		t.Errorf("%v, connected: %v", err, s.session != nil)
	}
	f := startService(t, address, &service{hold: make(chan struct{})})
	hangs, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.show(hangs, Notice{"Tea", "", "/tea"}); err == nil || s.session != nil {
		t.Errorf("a service that hangs: %v", err)
	}
	close(f.hold)
	show(t, s, Notice{"Tea", "", "/tea"})
	f.bus.Close() // while the notice is shown
	f = startService(t, address, new(service))
	show(t, s, Notice{"Tea", "", "/tea"})
	emit(t, f.bus, f.call(0).Sender, "ActionInvoked", uint32(1), "default")
	<-opened
}

func TestNoBus(t *testing.T) {
	silent, err := net.Listen("unix", filepath.Join(t.TempDir(), "silent"))
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	t.Setenv("XDG_RUNTIME_DIR", "")
	for _, bus := range []string{"", "unix:path=/nonexistent", "unix:path=" + silent.Addr().String()} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus)
		s, _ := newTestSystem(t)
		hangs, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := s.show(hangs, Notice{"Tea", "", "/tea"}); err == nil || !strings.Contains(err.Error(), "cannot connect to the session bus") {
			t.Errorf("at %q: %v", bus, err)
		}
	}
}
