//go:build !windows

package calendar

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTimeZoneChanges: the owner travels from Pago Pago to Kiritimati, which never have
// the same date.
func TestTimeZoneChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "localtime")
	t.Setenv("TZ", path)
	p := start(t, new(Calendar))
	for _, hours := range []int{-11, 14} {
		// This is a zone file (RFC 9636) of version 1, without transitions and with one
		// type of local time.
		data := append([]byte("TZif"), make([]byte, 16)...)
		for _, number := range []int{0, 0, 0, 0, 1, 4, 60 * 60 * hours} {
			data = binary.BigEndian.AppendUint32(data, uint32(number))
		}
		data = append(data, "\x00\x00XST\x00"...)
		if err := os.WriteFile(path+"~", data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+"~", path); err != nil {
			t.Fatal(err)
		}
		zone := time.FixedZone("", 60*60*hours)
		before := time.Now().In(zone)
		got := find(p.Get("/").HTML, `<h1>(\d+)</h1>|aria-current="date">(\d+)<`)
		after := time.Now().In(zone)
		if !shows(got, before) && !shows(got, after) {
			t.Errorf("%d hours from UTC: the page shows %q, and it is %v", hours, got, after)
		}
	}
}

// shows reports whether found is the year and the day of now.
func shows(found []string, now time.Time) bool {
	return len(found) == 2 && found[0] == now.Format("2006 ") && found[1] == now.Format(" 2")
}
