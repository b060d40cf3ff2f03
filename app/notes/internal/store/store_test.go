package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/testkill"
	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("NOTES_TEST_WRITE"); path != "" {
		writeForEver(path)
	}
	os.Exit(m.Run())
}

var day = time.Date(2026, 7, 3, 0, 0, 0, 0, time.UTC)

func note(text string) ics.Edit {
	return ics.Note{Text: text, Day: day, Time: ics.NoTime}.Edit(text, day)
}

func newStore(t *testing.T) *Store {
	t.Helper()
	return New(filepath.Join(t.TempDir(), "data", "notes.ics"))
}

func change(t *testing.T, s *Store, edits ...ics.Edit) Change {
	t.Helper()
	c, err := s.Change("a change", edits)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// texts returns the texts of the day's notes.
func texts(t *testing.T, s *Store) string {
	t.Helper()
	y, err := s.Year(2026, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range y.Day(day.YearDay()) {
		all = append(all, e.Text)
	}
	return strings.Join(all, " ")
}

func want(t *testing.T, s *Store, notes string) {
	t.Helper()
	if got := texts(t, s); got != notes {
		t.Errorf("the notes are %q, want %q", got, notes)
	}
}

func TestStore(t *testing.T) {
	s := newStore(t)
	if s.Unread() {
		t.Error("there is no file, but Unread returns true")
	}
	want(t, s, "")
	change(t, s, note("a"))
	change(t, s, note("b"))
	want(t, s, "a b")
	again := New(s.Path())
	if !again.Unread() {
		t.Error("the file was read before it was needed")
	}
	want(t, again, "a b")
	want(t, New(s.backup()), "a")
	if runtime.GOOS != "windows" {
		for _, path := range []string{s.path, s.backup()} {
			if stat, err := os.Stat(path); err != nil || stat.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", path, stat.Mode(), err)
			}
		}
	}
}

// rewrite changes the file like another program, without changing its size and time.
func rewrite(t *testing.T, s *Store, old, new string) {
	t.Helper()
	stat, err := os.Stat(s.path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%q is not in the file", old)
	}
	if err := os.WriteFile(s.path, []byte(strings.ReplaceAll(string(text), old, new)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(s.path, stat.ModTime(), stat.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// The store reads changes of other programs, also right after its own changes, and does not
// overwrite them.
func TestStore_otherProgram(t *testing.T) {
	s := newStore(t)
	made := change(t, s, note("a"))
	rewrite(t, s, "SUMMARY:a", "SUMMARY:b")
	want(t, s, "b")
	rewrite(t, s, "SUMMARY:b", "SUMMARY:c")
	change(t, s, note("d"))
	want(t, s, "c d")
	if _, err := s.Undo(made.ID); !errors.Is(err, ics.ErrChanged) {
		t.Errorf("undone although it was changed elsewhere: %v", err)
	}
	want(t, s, "c d")
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(s.path, old, old); err != nil {
		t.Fatal(err)
	}
	want(t, s, "c d")
	read := s.read
	want(t, s, "c d")
	if s.read != read {
		t.Error("the file is read again, although it has not changed")
	}
	if err := os.Remove(s.path); err != nil {
		t.Fatal(err)
	}
	want(t, s, "")
	change(t, s, note("e"))
	want(t, s, "e")
}

func TestStore_undo(t *testing.T) {
	s := newStore(t)
	a := change(t, s, note("a"))
	b := change(t, s, note("b"))
	undone, err := s.Undo(a.ID)
	if err != nil || undone.Title != "Undone: a change" {
		t.Fatalf("%q, %v", undone.Title, err)
	}
	want(t, s, "b")
	if _, err := s.Undo(a.ID); !errors.Is(err, ErrGone) {
		t.Errorf("undone twice: %v", err)
	}
	redone, err := s.Undo(undone.ID)
	if err != nil || redone.Title != "a change" {
		t.Fatalf("%q, %v", redone.Title, err)
	}
	want(t, s, "a b")
	for i := range keptChanges {
		change(t, s, note(fmt.Sprint(i)))
	}
	if _, err := s.Undo(b.ID); !errors.Is(err, ErrGone) {
		t.Errorf("an old change can be undone: %v", err)
	}
}

func TestStore_damaged(t *testing.T) {
	s := newStore(t)
	change(t, s, note("a"))
	change(t, s, note("b"))
	const damage = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
	if err := os.WriteFile(s.path, []byte(damage), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.File(); err == nil || !strings.Contains(err.Error(), "END:VEVENT is missing") || !strings.Contains(err.Error(), "notes.ics.backup") {
			t.Errorf("the error is %v", err)
		}
		if _, err := s.Change("", []ics.Edit{note("c")}); err == nil {
			t.Error("a damaged file was changed")
		}
	}
	if text, err := os.ReadFile(s.path); err != nil || string(text) != damage {
		t.Errorf("the damaged file is gone: %q, %v", text, err)
	}
	if err := os.Rename(s.backup(), s.path); err != nil {
		t.Fatal(err)
	}
	want(t, s, "a")
	if err := os.WriteFile(s.path, []byte(damage), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.File(); err == nil || strings.Contains(err.Error(), "backup") || !strings.Contains(err.Error(), "or move it to another folder") {
		t.Errorf("without a backup, the error is %v", err)
	}
}

// A file that cannot be read or is too large has an error that is meant for the owner.
func TestStore_unreadable(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"is larger than 32 MB": func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, ics.MaxSize+1))
		},
		"notes.ics": func(path string) error { return os.Mkdir(path, 0o700) }, // is a directory
	} {
		s := New(filepath.Join(t.TempDir(), "notes.ics"))
		if err := damage(s.path); err != nil {
			t.Fatal(err)
		}
		_, errFile := s.File()
		if s.Unread() {
			t.Errorf("%s: the file was read, but Unread returns true", name)
		}
		_, errChange := s.Change("", []ics.Edit{note("a")})
		for _, err := range []error{errFile, errChange} {
			if e, ok := errors.AsType[*dibbler.Error](err); !ok || !strings.HasPrefix(e.Message, "The notes cannot be read: ") || !strings.Contains(e.Message, name) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A change that makes the file too large is not saved, and the owner is told why.
func TestStore_full(t *testing.T) {
	s := newStore(t)
	change(t, s, note("a"))
	_, err := s.Change("", []ics.Edit{note(strings.Repeat("b", ics.MaxSize/2))})
	if e, ok := errors.AsType[*dibbler.Error](err); !ok || !strings.HasPrefix(e.Message, "This was not saved: ") || !strings.Contains(e.Message, "larger than 32 MB") {
		t.Errorf("%v", err)
	}
	want(t, s, "a")
}

func TestStore_unwritable(t *testing.T) {
	s := newStore(t)
	change(t, s, note("a"))
	if err := os.Chmod(s.path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Change("", []ics.Edit{note("b")}); err == nil || !strings.Contains(err.Error(), "not saved") {
		t.Errorf("a read-only file was replaced: %v", err)
	}
	want(t, s, "a")
	if err := os.Chmod(s.path, 0o600); err != nil { // for Windows, which removes no read-only file
		t.Fatal(err)
	}
}

// A change keeps the permissions of the file.
func TestStore_permissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows: it has no such permissions")
	}
	s := newStore(t)
	change(t, s, note("a"))
	if err := os.Chmod(s.path, 0o644); err != nil {
		t.Fatal(err)
	}
	change(t, s, note("b"))
	if stat, err := os.Stat(s.path); err != nil || stat.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", stat.Mode(), err)
	}
}

func TestStore_concurrent(t *testing.T) {
	s := newStore(t)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for j := range 5 {
				if _, err := s.Change("", []ics.Edit{note(fmt.Sprint(i, j))}); err != nil {
					t.Error(err)
				}
				if _, err := s.Year(2026, time.UTC); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if f, err := New(s.Path()).File(); err != nil || len(f.Events()) != 20 {
		t.Errorf("%v, not 20 notes", err)
	}
}

// writeForEver adds notes until the process is killed, and prints the number of each when it
// is saved.
func writeForEver(path string) {
	s := New(path)
	f, err := s.File()
	for err == nil {
		n := len(f.Events())
		if _, err = s.Change("", []ics.Edit{note(fmt.Sprint("n", n))}); err == nil {
			fmt.Println(n)
			f, err = s.File()
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

// If the process is killed at any moment, the file and its backup are complete, and the file
// has all acknowledged notes.
func TestStore_killed(t *testing.T) {
	s := newStore(t)
	change(t, s, ics.Note{Text: "long", Details: strings.Repeat("x", 1<<18), Day: day, Time: ics.NoTime}.Edit("long", day))
	for round := range testkill.Rounds() {
		last := testkill.Writer(t, "NOTES_TEST_WRITE="+s.path)
		f, err := New(s.path).File()
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if n := len(f.Events()); n <= last {
			t.Fatalf("round %d: %d notes, and number %d was acknowledged", round, n, last)
		}
		if _, err := New(s.backup()).File(); err != nil {
			t.Fatalf("round %d: the backup: %v", round, err)
		}
	}
}
