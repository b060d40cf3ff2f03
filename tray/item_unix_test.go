//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/godbus/dbus/v5"
)

// nowhere is a bus that drops all messages.
type nowhere struct{}

func (nowhere) Read([]byte) (int, error)    { return 0, io.EOF }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }

// newItem returns an item with the current properties, which it reads like a panel.
func newItem(t *testing.T, name, path string) (i *item, read func() map[string]dbus.Variant) {
	t.Helper()
	bus, err := dbus.NewConn(nowhere{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	i, err = exportItem(bus, name, drawnIcon{picture: picture(t, markedSize), path: path}, face{})
	if err != nil {
		t.Fatal(err)
	}
	return i, func() map[string]dbus.Variant {
		t.Helper()
		all, err := i.props.GetAll(itemInterface)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
}

// TestItem_replies: a change must not write to a reply that is being sent.
func TestItem_replies(t *testing.T) {
	i, read := newItem(t, "Demo", "")
	for _, m := range []mark{{Busy, 5}, {status: Attention}, {Busy, 6}, {}} {
		reply := read()["IconPixmap"].Value().([]pixmap)
		before := bytes.Clone(reply[0].Pixels)
		i.setMark(m)
		if !bytes.Equal(reply[0].Pixels, before) {
			t.Errorf("%v was written to the reply", m)
		}
		if now := read()["IconPixmap"].Value().([]pixmap); bytes.Equal(now[0].Pixels, before) {
			t.Errorf("%v: the icon has not changed", m)
		}
	}
}

// TestItem_invalidUTF8: D-Bus refuses a reply with such a string, and the panel then has no
// properties at all.
func TestItem_invalidUTF8(t *testing.T) {
	i, read := newItem(t, "Demo\xff", filepath.Join(t.TempDir(), "\xff.png"))
	for _, m := range []mark{{}, {Busy, 5}, {status: Attention}} {
		i.setMark(m)
		for name, value := range read() {
			if s, ok := value.Value().(string); ok && !utf8.ValidString(s) {
				t.Errorf("%v: %s is %q", m, name, s)
			}
		}
	}
}
