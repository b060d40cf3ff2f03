package saved

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/testkill"
)

// writeForEver updates the file until the process is killed, and prints each finished update.
func writeForEver(path string) {
	s, warning, err := Open(path, plan{})
	for err == nil && warning == "" {
		err = s.Update(func(p *plan) error { p.Minutes++; return nil })
		fmt.Println(s.Get().Minutes)
	}
	fmt.Println(warning, err)
	os.Exit(1)
}

// Whenever a process is killed, the file and its backup are complete, and the file has
// the last change that Update has acknowledged.
func TestUpdate_killed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	// A long unknown key makes writes take longer.
	long := strings.Repeat("x", 1<<18)
	write1(t, path, `{"unknown": "`+long+`"}`)
	times := testkill.Rounds()
	for round := range times {
		last := testkill.Writer(t, "SAVED_TEST_WRITE="+path)
		o, _, err := read(path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if o["unknown"] != long {
			t.Fatalf("round %d: the unknown key is damaged", round)
		}
		if got := open(t, path, plan{}).Get().Minutes; last == 0 || got != last && got != last+1 {
			t.Fatalf("round %d: the file has %d, and %d was acknowledged", round, got, last)
		}
		if _, _, err := read(backupOf(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	t.Attr("proof", fmt.Sprintf("%d %d killed while it saves a value: the file is whole, with the last change that was acknowledged", times, times))
}
