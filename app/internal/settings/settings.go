// Package settings stores the program's settings in a small JSON file.
//
// It uses package saved, which keeps keys that this program does not know. It also keeps
// values that it does not understand until they are changed, so an older version does not
// destroy the settings of a newer one. A bad file never prevents the start: missing and
// bad values have defaults.
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

// A Store is a settings file and its values. Its methods may be called concurrently. A
// person may edit the file, but no other program may write to it.
type Store struct {
	path string

	mu     sync.Mutex
	values Values
	file   *saved.Store[object] // nil if it could not be read
}

// Open reads the file at path, which need not exist. It always returns a Store. The
// warnings are for the user: each describes a problem in the file and the value that is
// used instead. A damaged file is renamed.
func Open(path string) (store *Store, warnings []string) {
	store = &Store{path: path, values: defaults()}
	warning, err := store.open()
	if err != nil {
		return store, []string{fmt.Sprintf("%v; the defaults are used, and new settings cannot be saved", err)}
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

// Read returns the values in the file at path, which need not exist, and the warnings of
// [Open]. It does not change the file.
func Read(path string) (values Values, warnings []string) {
	o, err := saved.Read[object](path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return defaults(), []string{fmt.Sprintf("%v; the next start will use its backup or the defaults", err)}
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

// Values returns the current values.
func (s *Store) Values() Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values
}

// Update calls change to change the values, and writes the new values to the file. If
// [Values.Check] returns an error, the values do not change. After any other error, the
// new values are used until the program ends, and the next Update tries again to write
// them.
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
		return fmt.Errorf("the settings will be lost when the program ends, because they cannot be written: %w", err)
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
		s.values, _, _ = decode(s.file.Get()) // a person may have edited the file
	}
	return err
}

// replace sets the values in o that have changed. It reports whether a value that is not
// understood is lost.
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

// decode returns the values of known keys. For each bad value, which is replaced by its
// default, it returns a warning and the key.
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
			warnings = append(warnings, fmt.Sprintf("%v: the file has %.40s; the default is used", err, text))
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
			panic(err) // numbers and bools can always be encoded
		}
		o[key] = text
	}
	return o
}
