// Package saved stores a value in a small JSON file.
//
// The file is replaced atomically, so it is always complete. Beside it is a backup, which
// is the file before the last change. Keys that the program does not know are kept, so an
// older version does not destroy the data of a newer one. A damaged file is renamed and
// never overwritten.
package saved

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A Store is a file and its value. Its methods may be called concurrently. A person may
// edit the file, but no other program may write to it.
type Store[T any] struct {
	path    string
	initial object // the values of keys that the file does not have

	updating sync.Mutex
	updater  atomic.Pointer[string] // the goroutine that is in Update

	mu       sync.Mutex
	file     object // the content of the file when it was last read or written
	value    []byte // the value of type T in JSON
	onChange []func(T)
}

// Open reads the file at path, which need not exist. T must be a struct, or a map with
// string keys, that package encoding/json can encode and decode. Keys of T that are
// missing in the file have their values in initial. This does not apply to keys of nested
// values.
//
// A damaged or missing file is replaced by its backup, or by initial if there is none,
// and warning is a text for the user. If the file cannot be read, or a value in it has
// the wrong type, Open returns an error and does not change the file.
func Open[T any](path string, initial T) (s *Store[T], warning string, err error) {
	s = &Store[T]{path: path}
	if s.initial, err = encode(initial); err != nil {
		return nil, "", err
	}
	if _, err = decode[T](s.initial); err != nil {
		return nil, "", fmt.Errorf("%T cannot be saved, because its JSON cannot be read: %w", initial, err)
	}
	s.file, _, err = read(path)
	if errors.Is(err, ErrDamaged) || errors.Is(err, fs.ErrNotExist) {
		s.file, warning, err = restore(path, err)
	}
	if err != nil {
		return nil, "", err
	}
	s.value, err = s.valueOf(s.file)
	return s, warning, err
}

// Read returns the value in the file at path. It does not change the file. If [Open]
// would use the backup, the error is [fs.ErrNotExist] or [ErrDamaged].
func Read[T any](path string) (T, error) {
	var s Store[T]
	file, _, err := read(path)
	if err == nil {
		s.path = path
		s.value, err = s.valueOf(file)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return s.Get(), nil
}

// Get returns a deep copy of the current value.
func (s *Store[T]) Get() T {
	var v T
	if err := json.Unmarshal(s.text(), &v); err != nil {
		panic(err) // valueOf has checked this
	}
	return v
}

// Update calls change with a copy of the current value, writes the changed copy to the
// file, and makes it the current value. It returns when the file is on the disk. If
// change returns an error, panics or changes nothing, nothing is written. After an error,
// the current value is unchanged.
//
// Only one Update runs at a time. change may call Get, which returns the value before the
// change. If change calls Update, that call returns an error. If change waits for another
// goroutine that calls Update, there is a deadlock.
func (s *Store[T]) Update(change func(*T) error) error {
	id := goroutine()
	if updater := s.updater.Load(); updater != nil && *updater == id {
		return fmt.Errorf("%s: Update was called inside Update; change the value that is passed to the function", s.path)
	}
	s.updating.Lock()
	defer s.updating.Unlock()
	s.updater.Store(&id)
	defer s.updater.Store(nil)
	was, err := parse(s.value)
	if err != nil {
		return err
	}
	v := s.Get()
	if err := change(&v); err != nil {
		return err
	}
	is, err := s.encode(v)
	if err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	before := s.text()
	if err := s.save(was, is); err != nil {
		return err
	}
	if !bytes.Equal(before, s.text()) {
		s.tell()
	}
	return nil
}

// OnChange registers f to be called with the new value after each Update that changes the
// value, before that Update returns. f may call Get. It must not wait for an Update.
func (s *Store[T]) OnChange(f func(T)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onChange = append(s.onChange, f)
}

// tell calls the functions of [Store.OnChange].
func (s *Store[T]) tell() {
	s.mu.Lock()
	functions := slices.Clone(s.onChange)
	s.mu.Unlock()
	for _, f := range functions {
		f(s.Get())
	}
}

// text returns the current value as JSON. The caller must not change it.
func (s *Store[T]) text() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}

// save writes the changes from was to is. It reads the file first, because a person may
// have edited it. A file that is damaged now is not changed, so that it can be repaired;
// the next start renames it.
func (s *Store[T]) save(was, is object) error {
	file, old, err := read(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		file, err = s.file, nil
	}
	if err != nil {
		return err
	}
	merged := merge(file, was, is).(object)
	value, err := s.valueOf(merged)
	if err != nil {
		return err
	}
	if old == nil || !reflect.DeepEqual(file, merged) {
		if err := write(s.path, merged, old); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file, s.value = merged, value
	return nil
}

// encode returns v as an object. A key of initial that v omits because it is empty is set
// to null; otherwise it would have the initial value again.
func (s *Store[T]) encode(v T) (object, error) {
	o, err := encode(v)
	for key := range s.initial {
		if _, ok := o[key]; !ok && err == nil {
			o[key] = nil
		}
	}
	return o, err
}

func encode[T any](v T) (object, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%T cannot be saved: %w", v, err)
	}
	if bytes.Equal(text, []byte("null")) { // a nil map
		return object{}, nil
	}
	o, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%T cannot be saved: it must be a struct or a map, and is %.20s in JSON", v, text)
	}
	return o, nil
}

// valueOf returns the value in file, in JSON.
func (s *Store[T]) valueOf(file object) ([]byte, error) {
	whole := maps.Clone(file)
	for key, value := range s.initial {
		if _, ok := spelling(key, file); !ok {
			whole[key] = value
		}
	}
	v, err := decode[T](whole)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; rename the file, or give the field another key", s.path, err)
	}
	o, err := s.encode(v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(o)
}

// decode returns the value in o. Its error names the key.
func decode[T any](o object) (v T, err error) {
	text, err := json.Marshal(o)
	if err != nil {
		return v, err
	}
	err = json.Unmarshal(text, &v)
	if err == nil {
		return v, nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return v, fmt.Errorf("key %q: must be %v, and is %s", wrong.Field, wrong.Type, wrong.Value)
	}
	// The error of a type with its own method for decoding does not have the key.
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if len(o) > 1 {
			if _, err := decode[T](object{key: o[key]}); err != nil {
				return v, err
			}
			continue
		}
		return v, fmt.Errorf("key %q: %w", key, err)
	}
	return v, err
}

// goroutine returns the number of the current goroutine.
func goroutine() string {
	var stack [64]byte
	// "goroutine 18 [running]: …"
	return string(bytes.Fields(stack[:runtime.Stack(stack[:], false)])[1])
}
