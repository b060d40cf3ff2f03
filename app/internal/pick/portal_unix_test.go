//go:build !darwin && !windows

package pick

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"

	"github.com/dibbler-app/dibbler/app/internal/testbus"
)

// A fakePortal gives answers that are rare with a real portal.
type fakePortal struct {
	t      *testing.T
	conn   *dbus.Conn
	bus    string
	daemon *os.Process // of the bus
	answer func(p *fakePortal, sender dbus.Sender)
	asked  chan map[string]dbus.Variant
}

const fakeDialog = dbus.ObjectPath("/org/freedesktop/portal/desktop/request/1/2")

func (p *fakePortal) OpenFile(sender dbus.Sender, _, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	p.asked <- options
	p.answer(p, sender)
	return fakeDialog, nil
}

func (p *fakePortal) SaveFile(sender dbus.Sender, _, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	options["title"] = dbus.MakeVariant(title)
	return p.OpenFile(sender, "", title, options)
}

// respond sends an answer from a connection.
func respond(conn *dbus.Conn, to dbus.Sender, path dbus.ObjectPath, code uint32, uris any) {
	details := map[string]dbus.Variant{}
	if uris != nil {
		details["uris"] = dbus.MakeVariant(uris)
	}
	m := &dbus.Message{
		Type: dbus.TypeSignal,
		Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldPath:        dbus.MakeVariant(path),
			dbus.FieldInterface:   dbus.MakeVariant(request),
			dbus.FieldMember:      dbus.MakeVariant("Response"),
			dbus.FieldDestination: dbus.MakeVariant(string(to)),
			dbus.FieldSignature:   dbus.MakeVariant(dbus.SignatureOf(code, details)),
		},
		Body: []any{code, details},
	}
	conn.Send(m, nil)
}

// startPortal starts a session bus with a portal of this version.
func startPortal(t *testing.T, version uint32, answer func(*fakePortal, dbus.Sender)) *fakePortal {
	t.Helper()
	bus := testbus.Start(t)
	p := &fakePortal{t: t, bus: bus.Address, daemon: bus.Process, answer: answer, asked: make(chan map[string]dbus.Variant, 1)}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", p.bus)
	t.Setenv("DISPLAY", ":99")
	p.conn = p.dial()
	_, err := prop.Export(p.conn, portalPath, prop.Map{chooser: {"version": {Value: version}}})
	err = errors.Join(err, p.conn.Export(p, portalPath, chooser))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.conn.RequestName(portalName, 0); err != nil {
		t.Fatal(err)
	}
	return p
}

// dial returns another connection to the bus.
func (p *fakePortal) dial() *dbus.Conn {
	p.t.Helper()
	conn, err := dbus.Connect(p.bus)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { conn.Close() })
	return conn
}

func TestPortal(t *testing.T) {
	good := []string{"file:///a%20b+c%C3%BC"}
	answering := func(code uint32, uris any) func(*fakePortal, dbus.Sender) {
		return func(p *fakePortal, to dbus.Sender) { respond(p.conn, to, fakeDialog, code, uris) }
	}
	for name, test := range map[string]struct {
		answer func(*fakePortal, dbus.Sender)
		want   []string
		err    string
	}{
		"chosen":       {answering(0, good), []string{"/a b+cü"}, ""},
		"from sandbox": {answering(0, []string{"file:///run/user/1000/doc/af3/x.ics"}), []string{"/run/user/1000/doc/af3/x.ics"}, ""},
		"canceled":     {answering(1, good), nil, ErrCanceled.Error()},
		"closed":       {answering(2, good), nil, ErrCanceled.Error()}, // with Escape
		"elsewhere":    {answering(0, []string{"https://example.org/a"}), nil, "not a file on this computer"},
		"other host":   {answering(0, []string{"file://example.org/a"}), nil, "not a file on this computer"},
		"nothing":      {answering(0, []string{}), []string{}, ""},
		"no list":      {answering(0, nil), nil, "no list of files"},
		"other form":   {answering(0, uint32(3)), nil, "no list of files"},
		"forged": {func(p *fakePortal, to dbus.Sender) {
			respond(p.dial(), to, fakeDialog, 0, []string{"file:///forged"})
			respond(p.conn, to, fakeDialog+"2", 0, []string{"file:///of/another/dialog"})
			respond(p.conn, to, fakeDialog, 0, good)
		}, []string{"/a b+cü"}, ""},
		"ended": {func(p *fakePortal, _ dbus.Sender) { p.conn.ReleaseName(portalName) }, nil, "portal ended while the dialog was open"},
	} {
		t.Run(name, func(t *testing.T) {
			p := startPortal(t, 3, test.answer)
			got, err := System().Show(t.Context(), Request{Title: "T", Multiple: true, Types: []string{".ics"}, Dir: "/a b"})
			if test.err == "" && (err != nil || !slices.Equal(got, test.want)) || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("%q, %v; want %q, %s", got, err, test.want, test.err)
			}
			options := <-p.asked
			if got := options["current_folder"].Value(); !reflect.DeepEqual(got, []byte("/a b\x00")) {
				t.Errorf("it starts in %q", got)
			}
			if got := fmt.Sprint(options["filters"].Value()); got != "[[*.ics [[0 *.[iI][cC][sS]]]] [All files [[0 *]]]]" {
				t.Errorf("the filters are %s", got)
			}
		})
	}
}

// TestPortal_invalidUTF8: names of files can have any bytes, which D-Bus refuses in texts.
func TestPortal_invalidUTF8(t *testing.T) {
	p := startPortal(t, 3, func(p *fakePortal, to dbus.Sender) { respond(p.conn, to, fakeDialog, 0, []string{"file:///a"}) })
	_, err := System().Show(t.Context(), Request{Title: "Save \xe4.txt", Save: true, Name: "\xe4.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	options := <-p.asked
	if title, name := options["title"].Value(), options["current_name"].Value(); title != "Save \uFFFD.txt" || name != "\uFFFD.pdf" {
		t.Errorf("title %q, name %q", title, name)
	}
}

func TestPortal_old(t *testing.T) {
	startPortal(t, 2, nil)
	t.Setenv("PATH", "")
	if err := System().Find(t.Context()); !errors.Is(err, ErrNoDialog) || !strings.Contains(err.Error(), "version is") {
		t.Error(err)
	}
}

// A bus that hangs does not hold up a dialog that is given up.
func TestPortal_hangs(t *testing.T) {
	fake := startPortal(t, 3, nil)
	p, err := openPortal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer p.conn.Close()
	if err := fake.daemon.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.watch(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
