package settings

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeForEver updates the file until the process is killed.
func writeForEver(path string) {
	store, warnings := Open(path)
	if len(warnings) != 0 {
		fmt.Println(warnings)
		os.Exit(1)
	}
	for first := true; ; first = false {
		if err := store.Update(func(v *Values) { v.Port = 20000 + (v.Port+1)%40000 }); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		if first {
			fmt.Println("started")
		}
	}
}

func TestUpdate_killed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	// A long unknown key makes writes long enough to be hit.
	long := strings.Repeat("x", 1<<18)
	if err := os.WriteFile(path, []byte(`{"unknown": "`+long+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	last := 0.0
	for round := range 20 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "SETTINGS_TEST_WRITE="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var said string
		_, scanErr := fmt.Fscanln(out, &said)
		// Not to await anything, but to hit it somewhere.
		time.Sleep(time.Duration(rand.Int64N(int64(20 * time.Millisecond))))
		killErr := cmd.Process.Kill()
		cmd.Wait()
		if said != "started" || scanErr != nil || killErr != nil {
			t.Fatalf("round %d: the program said %q, %v; kill: %v", round, said, scanErr, killErr)
		}
		object := objectIn(t, path)
		if object["unknown"] != long {
			t.Fatalf("round %d: the unknown key is damaged", round)
		}
		port, _ := object["port"].(float64)
		if port == last {
			t.Fatalf("round %d: nothing was written", round)
		}
		last = port
	}
	if aside, _ := filepath.Glob(path + ".damaged-*"); len(aside) != 0 {
		t.Errorf("set aside: %v", aside)
	}
}
