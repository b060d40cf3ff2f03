// Package store stores notes in an iCalendar file, which other programs may also change.
package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	keptYears   = 4  // of one more, all are forgotten
	keptChanges = 10 // the last ones, which can be undone
)

// A Store stores notes in a file. It reads the file when it is first needed, and again after
// another program has changed it. Its methods may be called concurrently. Make one with
// [New].
type Store struct {
	path string

	mu      sync.Mutex
	tried   bool           // whether the file was read, or could not be read
	file    *ics.File      // nil until it is read
	text    string         // the text of file
	seen    stamp          // the stamp of the file when it was read
	read    time.Time      // when it was read
	loc     *time.Location // of years; nil if they are outdated
	years   map[int]*ics.Year
	changes []Change
}

// A stamp differs between versions of a file, unless they have the same size and were written
// at the same time. The zero stamp means that there is no file.
type stamp struct {
	modified time.Time
	size     int64
}

// A Change is a change that can be undone.
type Change struct {
	ID    string
	Title string // such as "“Dentist” was deleted"
	edits []ics.Edit
}

// New returns a store for the file at path, which need not exist.
func New(path string) *Store { return &Store{path: path} }

// Path returns the path of the file.
func (s *Store) Path() string { return s.path }

// Unread reports whether there is a file that the store has not tried to read.
func (s *Store) Unread() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tried {
		return false
	}
	_, err := os.Stat(s.path)
	return err == nil
}

// File returns the current content of the file. If there is no file, it is empty.
func (s *Store) File() (*ics.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.look(); err != nil {
		return nil, err
	}
	return s.file, nil
}

// Year returns the notes of a year in a location.
func (s *Store) Year(year int, loc *time.Location) (*ics.Year, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.look(); err != nil {
		return nil, err
	}
	if loc != s.loc || s.years[year] == nil && len(s.years) == keptYears {
		s.loc, s.years = loc, map[int]*ics.Year{}
	}
	if s.years[year] == nil {
		s.years[year] = s.file.Year(year, loc)
	}
	return s.years[year], nil
}

// recent is the time after a change in which another change may not change the stamp.
const recent = 2 * time.Second

// look reads the file unless its stamp shows that it has not changed.
func (s *Store) look() error {
	s.tried = true
	now, err := stampOf(s.path)
	if err != nil {
		return unreadable(err)
	}
	if s.file != nil && now == s.seen && (now == stamp{} || s.read.Sub(now.modified) > recent) {
		return nil
	}
	return s.readFile()
}

func stampOf(path string) (stamp, error) {
	stat, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return stamp{}, nil
	case err != nil:
		return stamp{}, err
	case stat.Size() > ics.MaxSize:
		return stamp{}, fmt.Errorf("%s is larger than %d MB", path, ics.MaxSize>>20)
	}
	return stamp{stat.ModTime(), stat.Size()}, nil
}

// readFile reads the file.
func (s *Store) readFile() error {
	s.tried = true
	seen, err := stampOf(s.path) // before reading the file, so that a later change is noticed
	if err != nil {
		return unreadable(err)
	}
	read := time.Now()
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		data = []byte(ics.Empty)
	} else if err != nil {
		return unreadable(err)
	}
	if s.file == nil || string(data) != s.text {
		text := string(data)
		file, err := ics.Parse(text)
		if err != nil {
			return &dibbler.Error{Message: fmt.Sprintf("The file %s cannot be read: %v. Repair it, or %s.", s.path, err, s.advice())}
		}
		s.file, s.text, s.loc = file, text, nil
	}
	s.seen, s.read = seen, read
	return nil
}

// unreadable returns the error for a file that the owner has to repair.
func unreadable(err error) error {
	return &dibbler.Error{Message: fmt.Sprintf("The notes cannot be read: %v.", err)}
}

// advice returns an alternative to the repair of a damaged file. Before the second change,
// there is no backup.
func (s *Store) advice() string {
	if _, err := os.Stat(s.backup()); err != nil {
		return "move it to another folder, to begin without notes"
	}
	return "replace it with " + filepath.Base(s.backup()) + ", the file before the last change"
}

func (s *Store) backup() string { return s.path + ".backup" }

// Change applies edits, and saves the file. If it returns an error, it has applied none of
// them. The error is [ics.ErrChanged] if another program has changed the same events. title is
// the title of the change.
func (s *Store) Change(title string, edits []ics.Edit) (Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.change(title, edits)
}

func (s *Store) change(title string, edits []ics.Edit) (Change, error) {
	if err := s.readFile(); err != nil {
		return Change{}, err
	}
	file, err := s.file.Apply(edits)
	var text string
	if err == nil {
		text = file.String()
		err = s.write(text)
	}
	if errors.Is(err, ics.ErrChanged) {
		return Change{}, err
	} else if err != nil {
		return Change{}, &dibbler.Error{Message: fmt.Sprintf("This was not saved: %v.", err)}
	}
	s.file, s.text, s.loc = file, text, nil
	s.seen, _ = stampOf(s.path) // look returns the error
	s.read = time.Now()
	c := Change{rand.Text(), title, edits}
	s.changes = append(s.changes[max(0, len(s.changes)-keptChanges+1):], c)
	return c, nil
}

// write replaces the file, and keeps its permissions. The old file becomes the backup.
func (s *Store) write(text string) error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	perm := fs.FileMode(0o600)
	if stat, err := os.Stat(s.path); err == nil {
		if perm = stat.Mode().Perm(); perm&0o200 == 0 {
			return fmt.Errorf("%s is read-only", s.path)
		}
		if err := atomicfile.Write(s.backup(), []byte(s.text), 0o600); err != nil {
			return err
		}
	}
	return atomicfile.Write(s.path, []byte(text), perm)
}

// Made returns the change with this ID, if it is one of the last changes.
func (s *Store) Made(id string) (Change, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.changes {
		if c.ID == id {
			return c, true
		}
	}
	return Change{}, false
}

// ErrGone is returned by [Store.Undo] for a change that is too old, or that was undone.
var ErrGone = errors.New("it was made too long ago, or was already undone")

// Undo undoes the change with this ID, and returns a change that can be undone in turn.
func (s *Store) Undo(id string) (Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.changes, func(c Change) bool { return c.ID == id })
	if i < 0 {
		return Change{}, ErrGone
	}
	c := s.changes[i]
	title, again := strings.CutPrefix(c.Title, undone)
	if !again {
		title = undone + title
	}
	reverse, err := s.change(title, ics.Undo(c.edits))
	if err == nil {
		s.changes = slices.DeleteFunc(s.changes, func(c Change) bool { return c.ID == id })
	}
	return reverse, err
}

const undone = "Undone: "
