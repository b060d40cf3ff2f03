// Package settings keeps what the user chose in one small JSON file.
//
// Package saved keeps the file whole, with the keys that this program does not know.
// Values that it does not understand are kept, too, until they are changed: an
// older version of it does not destroy what a newer one wrote. No state of
// the file keeps a program from starting: what it does not say has a default.
package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/saved"
)

// An object is a settings file with all its keys.
type object = map[string]json.RawMessage

// Store is a settings file and the values in it. Its methods may be called
// concurrently. It expects that no other process writes to the file, except
// for a person with an editor.
type Store struct {
	path string

	mu     sync.Mutex
	values Values
	file   *saved.Store[object] // nil: it could not be read
}

// Open reads the file at path, which need not exist. It always returns a
// Store. The warnings are for the user: each names what was found in the file and
// what holds instead. A file that is damaged is renamed.
func Open(path string) (store *Store, warnings []string) {
	store = &Store{path: path, values: defaults()}
	warning, err := store.open()
	if err != nil {
		return store, []string{fmt.Sprintf("%v; the defaults hold, and new settings cannot be saved", err)}
	}
	store.values, warnings = load(path, store.file.Get())
	if warning != "" {
		warnings = append([]string{warning}, warnings...)
	}
	return store, warnings
}

func (s *Store) open() (warning string, err error) {
	s.file, warning, err = saved.Open(s.path, object{})
	return warning, err
}

// Read returns the values in the file at path, which need not exist, and leaves the
// file as it is. The warnings are those of [Open].
func Read(path string) (values Values, warnings []string) {
	o, err := saved.Read[object](path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return defaults(), []string{fmt.Sprintf("%v; its backup or the defaults hold after the next start", err)}
	}
	return load(path, o)
}

func load(path string, o object) (values Values, warnings []string) {
	values, warnings, _ = decode(o)
	for i := range warnings {
		warnings[i] = path + ": " + warnings[i]
	}
	return values, warnings
}

// Values returns the present values.
func (s *Store) Values() Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values
}

// Update calls change with the present values, makes what it leaves there the
// new ones, and writes them to the file. Values that [Values.Check] refuses
// change nothing. On any other error the new values hold until the program
// ends, and the next Update tries to write them again.
//
// change must not call methods of s.
func (s *Store) Update(change func(*Values)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	values := s.values
	change(&values)
	if err := values.Check(); err != nil {
		return err
	}
	s.values = values
	if err := s.write(); err != nil {
		return fmt.Errorf("the settings hold until the program ends, but were not saved: %w", err)
	}
	return nil
}

func (s *Store) write() error {
	if s.file == nil {
		if _, err := s.open(); err != nil {
			return err
		}
	}
	err := s.file.Update(func(o *object) error {
		if replace(*o, s.values) {
			return copyFile(s.path, saved.Timed(s.path, "replaced"))
		}
		return nil
	})
	if err == nil {
		s.values, _, _ = decode(s.file.Get()) // with what a person has changed meanwhile
	}
	return err
}

// replace puts the values that differ from the object's into it. It reports
// whether one of them takes the place of a value that is not understood.
func replace(o object, values Values) (lost bool) {
	was, _, unknown := decode(o)
	old, text := encode(was), encode(values)
	for key := range fields {
		if bytes.Equal(old[key], text[key]) {
			continue
		}
		o[key] = text[key]
		lost = lost || slices.Contains(unknown, key)
	}
	return lost
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

// decode returns the values of the keys that we know, and for those that have to
// be replaced by their defaults a warning and the key.
func decode(o object) (values Values, warnings, replaced []string) {
	values = defaults()
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		text, ok := o[key]
		if !ok {
			continue
		}
		with := values
		err := json.Unmarshal(text, fields[key](&with))
		if err != nil {
			err = fmt.Errorf("%s: wrong kind of value", key)
		} else {
			err = with.Check()
		}
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("%v: found %.40s; the default holds", err, text))
			replaced = append(replaced, key)
			continue
		}
		values = with
	}
	return values, warnings, replaced
}

func encode(values Values) object {
	o := object{}
	for key, field := range fields {
		text, err := json.Marshal(field(&values))
		if err != nil {
			panic(err) // numbers and bools have no error
		}
		o[key] = text
	}
	return o
}
