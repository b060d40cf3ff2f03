//go:build !windows

package notes

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The owner travels to a time zone that has the same time now, and another one in summer.
func TestTime_zoneChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "localtime")
	t.Setenv("TZ", path)
	now := time.Now()
	_, offset := now.Zone()
	// This is a zone file (RFC 9636) of version 1, with one transition and two types of local
	// time.
	summer := now.Add(100 * 24 * time.Hour)
	data := append([]byte("TZif"), make([]byte, 16)...)
	for _, number := range []int64{0, 0, 0, 1, 2, 8, summer.Unix()} {
		data = binary.BigEndian.AppendUint32(data, uint32(number))
	}
	data = append(data, 1) // the type from the transition on
	for i, offset := range []int{offset, offset + 60*60} {
		data = append(binary.BigEndian.AppendUint32(data, uint32(offset)), byte(i), byte(4*i))
	}
	data = append(data, "XST\x00XDT\x00"...)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, got := summer.In(new(Notes).time().Location()).Zone(); got != offset+60*60 {
		t.Errorf("in summer it is %d seconds from UTC, want %d", got, offset+60*60)
	}
}
