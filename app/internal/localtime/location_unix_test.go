//go:build !windows

package localtime

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// zoneData returns a zone file (RFC 9636) of version 1, without transitions and with one
// type of local time.
func zoneData(offset time.Duration) []byte {
	data := append([]byte("TZif"), make([]byte, 16)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, 4, uint32(offset / time.Second)} {
		data = binary.BigEndian.AppendUint32(data, count)
	}
	return append(data, "\x00\x00XST\x00"...)
}

func offset() time.Duration {
	_, seconds := Now().Zone()
	return time.Duration(seconds) * time.Second
}

func expect(t *testing.T, when string, want time.Duration) {
	t.Helper()
	for range 2 { // first read, then kept
		if got := offset(); got != want {
			t.Errorf("%s: %v from UTC, want %v", when, got, want)
		}
	}
}

// These are the offsets of Pago Pago and Kiritimati, which never have the same date.
const west, east = -11 * time.Hour, 14 * time.Hour

func TestZoneFileChanges(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "localtime")
	for name, zone := range map[string]time.Duration{"west": west, "east": east} {
		if err := os.WriteFile(filepath.Join(dir, name), zoneData(zone), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// lead makes the zone file a link to the file to, as systems do.
	lead := func(to string) {
		t.Helper()
		if err := os.Symlink(to, path+"~"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+"~", path); err != nil {
			t.Fatal(err)
		}
	}
	write := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(path+"~", content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+"~", path); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TZ", ":"+path)

	lead("west")
	expect(t, "at first", west)
	lead("east")
	expect(t, "another link", east)
	write(zoneData(west))
	expect(t, "another file", west)
	write([]byte("no zone"))
	expect(t, "a broken file", west)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	expect(t, "no file", west)
	lead("east")
	expect(t, "a file again", east)
}

func TestZoneByName(t *testing.T) {
	for _, tz := range []string{"", ":", "UTC", "Pacific/Kiritimati"} {
		t.Setenv("TZ", tz)
		if got := location(); got != time.Local {
			t.Errorf("TZ=%q: %v, want time.Local", tz, got)
		}
	}
}

func TestZoneFileCannotBeRead(t *testing.T) {
	t.Setenv("TZ", filepath.Join(t.TempDir(), "none"))
	if got := location(); got != time.Local {
		t.Errorf("%v, want time.Local", got)
	}
}
