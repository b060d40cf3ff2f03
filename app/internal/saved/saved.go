// Package saved keeps a value in one small JSON file.
//
// The file is replaced in one step, so that it is whole at every moment. Beside it
// is a backup, the file before the last change. Keys that the program does not know
// are kept, so that an older version does not destroy what a newer one wrote. A file
// that is damaged is renamed, never overwritten.
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

// A Store is a file and the value in it. Its methods may be called concurrently. It
// expects that no other process writes to the file, except for a person with an
// editor.
type Store[T any] struct {
	path    string
	initial object // for the keys that the file does not have

	updating sync.Mutex
	updater  atomic.Pointer[string] // the goroutine that updates

	mu       sync.Mutex
	file     object // all that the file held when it was last read or written
	value    []byte // of type T, in JSON
	onChange []func(T)
}

// Open reads the file at path, which need not exist. T is a struct or a map with
// strings for keys, and consists of what package encoding/json keeps. Where the file
// has no value for one of T's keys, that of initial holds; within the values there
// are no defaults.
//
// A file that is damaged or missing is replaced by its backup, or by initial if there
// is none. The warning is for the user, and says so. A file that cannot be read, or
// that holds a value of another type than T has there, is an error, and left alone.
func Open[T any](path string, initial T) (s *Store[T], warning string, err error) {
	s = &Store[T]{path: path}
	if s.initial, err = encode(initial); err != nil {
		return nil, "", err
	}
	if _, err = decode[T](s.initial); err != nil {
		return nil, "", fmt.Errorf("%T cannot be saved: reading it again: %w", initial, err)
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

// Read returns the value in the file at path, and leaves the file as it is. The error
// is [fs.ErrNotExist] or [ErrDamaged] in the cases for which [Open] takes the backup.
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

// Get returns a copy of the present value. It shares nothing with other copies.
func (s *Store[T]) Get() T {
	var v T
	if err := json.Unmarshal(s.text(), &v); err != nil {
		panic(err) // valueOf has done the same
	}
	return v
}

// Update calls change with a copy of the present value, writes what it leaves there
// to the file, and makes that the present value. It returns when the file is on the
// disk. If change fails, panics or changes nothing, nothing is written; on any error,
// the present value stays.
//
// Updates happen one after the other. change may call Get, which returns the value
// before the change. If it calls Update, that returns an error; if it waits for
// another goroutine that calls Update, both wait forever.
func (s *Store[T]) Update(change func(*T) error) error {
	id := goroutine()
	if updater := s.updater.Load(); updater != nil && *updater == id {
		return fmt.Errorf("%s: Update was called inside Update; change the value that it was given", s.path)
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

// OnChange has f called with the new value after each Update that has changed the value,
// before that Update returns. f may call Get. It must not wait for an Update.
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

// text returns the present value as JSON. The caller must not change it.
func (s *Store[T]) text() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}

// save writes the changes that lead from was to is. It reads the file first: a
// person may have changed it. One that was damaged meanwhile is left to be
// mended, or to be set aside at the next start.
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

// encode returns v as an object. A key of initial that v leaves out, because it is
// empty, has null, or the initial value would come back.
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
		return nil, fmt.Errorf("%T cannot be saved: want a struct or a map, found %.20s", v, text)
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
		return v, fmt.Errorf("key %q: want %v, found %s", wrong.Field, wrong.Type, wrong.Value)
	}
	// A type with a method of its own for this does not know its key.
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

// goroutine returns the name of the one that calls it.
func goroutine() string {
	var stack [64]byte
	// "goroutine 18 [running]: …"
	return string(bytes.Fields(stack[:runtime.Stack(stack[:], false)])[1])
}
