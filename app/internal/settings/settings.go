// Package settings keeps what the user chose in one small JSON file.
//
// The file holds one object. Keys that this program does not know are kept,
// and so are values that it does not understand, until they are changed: an
// older version of it does not destroy what a newer one wrote. A file that
// cannot be understood is renamed, never overwritten. No state of
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
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
)

// Store is a settings file and the values in it. Its methods may be called
// concurrently. It expects that no other process writes to the file, except
// for a person with an editor.
type Store struct {
	path string

	mu     sync.Mutex
	values Values
}

// Open reads the file at path, which need not exist. It always returns a
// Store. The warnings are for the user: each names what was found in the file and
// what holds instead. A file that is damaged is renamed.
func Open(path string) (store *Store, warnings []string) {
	values, warnings, err := load(path)
	store = &Store{path: path, values: values}
	if errors.Is(err, errDamaged) {
		aside, asideErr := setAside(path)
		if asideErr == nil {
			return store, []string{fmt.Sprintf("%v; the file is now %s, and the defaults hold", err, aside)}
		}
		err = fmt.Errorf("%w, and cannot be set aside: %w", err, asideErr)
	}
	if err != nil {
		return store, []string{fmt.Sprintf("%v; the defaults hold, and new settings cannot be saved", err)}
	}
	return store, warnings
}

// Read returns the values in the file at path, which need not exist, and leaves the
// file as it is. The warnings are those of [Open].
func Read(path string) (values Values, warnings []string) {
	values, warnings, err := load(path)
	if err != nil {
		return values, []string{fmt.Sprintf("%v; the defaults hold after the next start", err)}
	}
	return values, warnings
}

func load(path string) (values Values, warnings []string, err error) {
	object, err := read(path)
	if err != nil {
		return defaults(), nil, err
	}
	values, warnings, _ = decode(object)
	for i := range warnings {
		warnings[i] = path + ": " + warnings[i]
	}
	return values, warnings, nil
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

// write reads the file again first: the keys that we do not know are not in
// memory, and a person may have added some. A file that a person has damaged
// meanwhile is left to be mended, or to be set aside at the next start.
func (s *Store) write() error {
	object, err := read(s.path)
	if err != nil {
		return err
	}
	if replace(object, s.values) {
		if err := copyFile(s.path, timed(s.path, "replaced")); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(object); err != nil {
		return err
	}
	// Somebody may have removed the folder meanwhile.
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(s.path, text.Bytes(), 0o600)
}

// replace puts the values that differ from the object's into it. It reports
// whether one of them takes the place of a value that is not understood.
func replace(object map[string]json.RawMessage, values Values) (lost bool) {
	was, _, unknown := decode(object)
	old, text := encode(was), encode(values)
	for key := range fields {
		if bytes.Equal(old[key], text[key]) {
			continue
		}
		object[key] = text[key]
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

// errDamaged marks a file that can be read, but not understood.
var errDamaged = errors.New("damaged")

// read returns the file's object, empty if there is no file.
func read(path string) (map[string]json.RawMessage, error) {
	object := map[string]json.RawMessage{}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return object, nil
	}
	if err != nil {
		return nil, err
	}
	if err := parse(text, &object); err != nil {
		return nil, fmt.Errorf("%s is %w: %w", path, errDamaged, err)
	}
	return object, nil
}

// setAside renames the file and returns its new name.
func setAside(path string) (string, error) {
	aside := timed(path, "damaged")
	return aside, os.Rename(path, aside)
}

// timed returns a name beside path for a file of the past.
func timed(path, what string) string {
	return path + "." + what + "-" + time.Now().UTC().Format("20060102T150405.000000000Z")
}

func parse(text []byte, object *map[string]json.RawMessage) error {
	// Some editors on Windows put a byte order mark first.
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if err := json.Unmarshal(text, object); err != nil {
		return err
	}
	if *object == nil {
		return errors.New("it holds null and no object")
	}
	return nil
}

// decode returns the values of the keys that we know, and for those that have to
// be replaced by their defaults a warning and the key.
func decode(object map[string]json.RawMessage) (values Values, warnings, replaced []string) {
	values = defaults()
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		text, ok := object[key]
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

func encode(values Values) map[string]json.RawMessage {
	object := map[string]json.RawMessage{}
	for key, field := range fields {
		text, err := json.Marshal(field(&values))
		if err != nil {
			panic(err) // numbers and bools have no error
		}
		object[key] = text
	}
	return object
}
