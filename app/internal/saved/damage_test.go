package saved

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/testkill"
)

// damaged lists texts that are not a JSON object.
var damaged = []string{"", "{", `{"minutes":`, "null", "[]", "1", "hello", "{}{}", "\x00\x00\x00", strings.Repeat("[", 20000)}

// aside returns the renamed damaged file of path, which must contain content.
func aside(t *testing.T, path, content string) string {
	t.Helper()
	names, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(names) != 1 {
		t.Fatalf("the renamed files are %v, %v, want one file", names, err)
	}
	if text, err := os.ReadFile(names[0]); err != nil || string(text) != content {
		t.Errorf("the renamed file has %.20q, %v, want %.20q", text, err, content)
	}
	return names[0]
}

func TestOpen_damaged(t *testing.T) {
	for _, content := range damaged {
		path := file(t, content)
		s, warning, err := Open(path, plan{Minutes: 4})
		if err != nil || s.Get().Minutes != 4 {
			t.Fatalf("%.20q: %v", content, err)
		}
		if name := aside(t, path, content); !strings.Contains(warning, path+" is damaged") || !strings.Contains(warning, "the file is now "+name) || !strings.Contains(warning, "the defaults are used") {
			t.Errorf("%.20q: warning %q", content, warning)
		}
		update(t, s, func(p *plan) { p.Minutes = 5 })
		holds(t, path, `{"minutes": 5}`)
	}
}

// The backup is used, with the keys that the program does not know.
func TestOpen_backup(t *testing.T) {
	for _, content := range append(damaged, "missing") {
		path := file(t, content)
		if content == "missing" {
			ok(t, os.Remove(path))
		}
		const last = `{"minutes": 7, "x": 1}`
		writeFile(t, backupOf(path), last)
		s, warning, err := Open(path, plan{})
		if err != nil || s.Get().Minutes != 7 {
			t.Fatalf("%.20q: %v", content, err)
		}
		if !strings.Contains(warning, "its backup is used") || !strings.Contains(warning, backupOf(path)) {
			t.Errorf("%.20q: warning %q", content, warning)
		}
		if content != "missing" && !strings.Contains(warning, aside(t, path, content)) {
			t.Errorf("%.20q: warning %q does not say where the damaged file is", content, warning)
		}
		holds(t, path, last)
		open(t, path, plan{}) // fails the test if there is a warning
		update(t, s, func(p *plan) { p.Minutes = 8 })
		holds(t, path, `{"minutes": 8, "x": 1}`)
	}
}

func TestOpen_backupDamaged(t *testing.T) {
	path := file(t, `{"minutes`)
	writeFile(t, backupOf(path), `{`)
	s, warning, err := Open(path, plan{Minutes: 4})
	if err != nil || s.Get().Minutes != 4 {
		t.Fatal(err)
	}
	for _, name := range []string{aside(t, path, `{"minutes`), aside(t, backupOf(path), `{`)} {
		if !strings.Contains(warning, name) {
			t.Errorf("warning %q does not name %s", warning, name)
		}
	}
}

func TestUpdate_damagedMeanwhile(t *testing.T) {
	path := file(t, `{"mine": 1}`)
	s := open(t, path, plan{})
	writeFile(t, path, `{"mine": `)
	change := func(p *plan) error { p.Minutes = 2; return nil }
	if err := s.Update(change); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want an error that says damaged", err)
	}
	if text, _ := os.ReadFile(path); string(text) != `{"mine": ` || s.Get().Minutes != 0 {
		t.Errorf("the file has %q, memory %+v", text, s.Get())
	}
	writeFile(t, path, `{"mine": 1}`)
	update(t, s, func(p *plan) { p.Minutes = 2 })
	holds(t, path, `{"mine": 1, "minutes": 2}`)
}

// A person changes the file while the program is running.
func TestUpdate_editedMeanwhile(t *testing.T) {
	path := file(t, `{"minutes": 1}`)
	s := open(t, path, plan{})
	writeFile(t, path, "\ufeff{\"minutes\": 5, \"share\": 0.5, \"added\": 1}\r\n")
	update(t, s, func(p *plan) { p.Minutes = 2 })
	holds(t, path, `{"minutes": 2, "share": 0.5, "added": 1}`)
	if got := s.Get(); got.Minutes != 2 || got.Share != 0.5 {
		t.Errorf("got %+v", got)
	}
}

// A version with other types returns an error, and does not overwrite values that it does
// not understand.
func TestOpen_otherType(t *testing.T) {
	for content, want := range map[string]string{
		`{"minutes": "4"}`:                `key "minutes": must be int, and is string`,
		`{"minutes": 4.5}`:                `key "minutes": must be int, and is number 4.5`,
		`{"best": {"tea": []}}`:           `key "best.tea": must be string, and is array`,
		`{"best": {"when": "yesterday"}}`: `key "best": parsing time`,
	} {
		path := file(t, content)
		_, _, err := Open(path, plan{})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", content, err, want)
		}
		holds(t, path, content)
		writeFile(t, path, `{}`)
		s := open(t, path, plan{})
		writeFile(t, path, content)
		if err := s.Update(func(p *plan) error { p.Share = 1; return nil }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s, while running: got %v, want %s", content, err, want)
		}
		holds(t, path, content)
	}
}

func TestUpdate_readOnly(t *testing.T) {
	path := file(t, `{"minutes": 1}`)
	s := open(t, path, plan{})
	ok(t, os.Chmod(path, 0o400))
	change := func(p *plan) error { p.Minutes++; return nil }
	if err := s.Update(change); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path+" is read-only") {
		t.Errorf("got %v", err)
	}
	holds(t, path, `{"minutes": 1}`)
	ok(t, os.Chmod(path, 0o600))
	if err := s.Update(change); err != nil || s.Get().Minutes != 2 {
		t.Errorf("%v, %+v", err, s.Get())
	}
}

// The file is written completely, with the keys that the program does not know.
func TestUpdate_folderRemoved(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a")
	path := filepath.Join(folder, "b", "plan.json")
	ok(t, os.MkdirAll(filepath.Dir(path), 0o700))
	writeFile(t, path, `{"minutes": 1, "x": 2}`)
	s := open(t, path, plan{})
	ok(t, os.RemoveAll(folder))
	update(t, s, func(*plan) {})
	holds(t, path, `{"minutes": 1, "x": 2}`)
	ok(t, os.RemoveAll(folder))
	writeFile(t, folder, "")
	if err := s.Update(func(p *plan) error { p.Minutes = 3; return nil }); err == nil || !strings.Contains(err.Error(), folder) || s.Get().Minutes != 1 {
		t.Errorf("%v, %+v", err, s.Get())
	}
}

func TestOpen_folder(t *testing.T) {
	path := t.TempDir()
	if _, _, err := Open(path, plan{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, seed := range []string{`{}`, `{"minutes": 1}`, `{"minutes": 1, "minutes": "x"}`, `{"MINUTES": 5, "Minutes": 6}`, `{"cups": [{}, {"tea": "x", "y": 1}], "kinds": {"a": {"b": [1e400]}}}`, `{"\ud800": 1}`, `null`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		path := file(t, content)
		s, _, err := Open(path, plan{Minutes: 4})
		if err != nil {
			return
		}
		update(t, s, func(p *plan) { p.Minutes, p.Cups = 8077, append(p.Cups, cup{When: time.Unix(1, 0)}) })
		if s.Get().Minutes != 8077 {
			t.Error("the change is lost")
		}
		if got, again := string(s.value), string(open(t, path, plan{Minutes: 4}).value); got != again {
			t.Errorf("saved %s, found %s", got, again)
		}
	})
}

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
	writeFile(t, path, `{"unknown": "`+long+`"}`)
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
