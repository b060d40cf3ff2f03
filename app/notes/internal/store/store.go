// Package store keeps notes in an iCalendar file, which other programs may change, too.
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
)

const (
	keptYears   = 3  // that were asked for last
	keptChanges = 10 // that can be undone
)

// A Store is the file at a path. It is read when it is first asked for something, and again
// when somebody has changed it. Its methods may be called concurrently.
type Store struct {
	path string

	mu      sync.Mutex
	tried   bool      // to read the file
	file    *ics.File // nil: it has not been read yet
	text    string    // of file
	seen    stamp     // of the file on disk, when it was read
	read    time.Time
	years   []yearOf
	changes []Change
}

// A stamp tells versions of a file apart, unless they have the same size and are written in
// the same moment. The zero stamp is that of a missing file.
type stamp struct {
	modified time.Time
	size     int64
}

// A yearOf is a year for somebody in a location.
type yearOf struct {
	*ics.Year
	year int
	loc  *time.Location
}

// A Change was made by the program, and can be undone.
type Change struct {
	ID    string
	Title string // such as "“Dentist” was deleted"
	edits []ics.Edit
}

// New returns the store of the file at path, which need not exist.
func New(path string) *Store { return &Store{path: path} }

// Path returns the path of the file.
func (s *Store) Path() string { return s.path }

// Unread reports whether there is a file that nobody has tried to read yet.
func (s *Store) Unread() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tried {
		return false
	}
	_, err := os.Stat(s.path)
	return err == nil
}

// File returns the present file. A missing one is empty.
func (s *Store) File() (*ics.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.look(); err != nil {
		return nil, err
	}
	return s.file, nil
}

// Year returns the notes of a year, for somebody in a location.
func (s *Store) Year(year int, loc *time.Location) (*ics.Year, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.look(); err != nil {
		return nil, err
	}
	for _, y := range s.years {
		if y.year == year && y.loc == loc {
			return y.Year, nil
		}
	}
	y := yearOf{s.file.Year(year, loc), year, loc}
	s.years = append(s.years[max(0, len(s.years)-keptYears+1):], y)
	return y.Year, nil
}

// recent is how long after a change of a file another one may leave its stamp as it is.
const recent = 2 * time.Second

// look reads the file if it is not the one that was read last.
func (s *Store) look() error {
	now, err := stampOf(s.path)
	if err != nil {
		return err
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
	seen, err := stampOf(s.path) // before it is read, so that a later change is noticed
	if err != nil {
		return err
	}
	read := time.Now()
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		data = []byte(ics.Empty)
	} else if err != nil {
		return err
	}
	if s.file == nil || string(data) != s.text {
		text := string(data)
		file, err := ics.Parse(text)
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w. Mend it, or put %s in its place, which is the file before the last change", s.path, err, filepath.Base(s.backup()))
		}
		s.file, s.text, s.years = file, text, nil
	}
	s.seen, s.read = seen, read
	return nil
}

func (s *Store) backup() string { return s.path + ".backup" }

// Change makes edits, and returns when they are on the disk. title is for [Store.Undo]. It
// makes all of them or, with an error, none; if another program has changed what they
// change, the error is [ics.ErrChanged].
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
	if err != nil {
		return Change{}, err
	}
	text := file.String()
	if err := s.write(text); err != nil {
		return Change{}, fmt.Errorf("not saved: %w", err)
	}
	s.file, s.text, s.years = file, text, nil
	s.seen, _ = stampOf(s.path) // an error comes again at the next look
	s.read = time.Now()
	c := Change{rand.Text(), title, edits}
	s.changes = append(s.changes[max(0, len(s.changes)-keptChanges+1):], c)
	return c, nil
}

// write replaces the file, which keeps its permissions. The file of before becomes the backup.
func (s *Store) write(text string) error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	perm := fs.FileMode(0o600)
	if stat, err := os.Stat(s.path); err == nil {
		if perm = stat.Mode().Perm(); perm&0o200 == 0 {
			return fmt.Errorf("%s is read-only: %w", s.path, fs.ErrPermission)
		}
		if err := atomicfile.Write(s.backup(), []byte(s.text), 0o600); err != nil {
			return err
		}
	}
	return atomicfile.Write(s.path, []byte(text), perm)
}

// Made returns the change with this ID, if it was made not long ago.
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

// ErrGone says that a change cannot be undone any more.
var ErrGone = errors.New("it was made too long ago, or has been undone already")

// Undo undoes the change with this ID, by a change that can be undone, too.
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
