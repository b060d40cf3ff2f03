package saved

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
)

// ErrDamaged means that a file can be read, but is not a JSON object.
var ErrDamaged = errors.New("damaged")

// An object is a JSON object with all its keys, also those that the program does not
// know. Its numbers are [json.Number], so they are not rounded.
type object = map[string]any

// read returns the object in the file at path, and the text of the file.
func read(path string) (object, []byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	o, err := parse(text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s is %w: %w", path, ErrDamaged, err)
	}
	return o, text, nil
}

func parse(text []byte) (o object, err error) {
	// Some editors on Windows write a byte order mark.
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	decoder.UseNumber()
	if err := decoder.Decode(&o); err == io.EOF {
		return nil, errors.New("it is empty")
	} else if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, errors.New("it contains null instead of an object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("there is text after the object")
	}
	return o, nil
}

func backupOf(path string) string { return path + ".backup" }

// restore returns the object in the backup of the file at path, which is missing or
// damaged; cause is the error of reading it. A damaged file is renamed. If there is no
// backup, the object is empty. The warning is for the user.
func restore(path string, cause error) (o object, warning string, err error) {
	o, text, backupErr := read(backupOf(path))
	missing := errors.Is(cause, fs.ErrNotExist)
	if missing && errors.Is(backupErr, fs.ErrNotExist) {
		return object{}, "", nil
	}
	warning = path + " is missing"
	if !missing {
		aside, err := setAside(path)
		if err != nil {
			return nil, "", fmt.Errorf("%w, and cannot be renamed: %w", cause, err)
		}
		warning = fmt.Sprintf("%v; the file is now %s", cause, aside)
	}
	switch {
	case backupErr == nil:
		warning += fmt.Sprintf("; its backup is used, without the last change: %s", backupOf(path))
		if err := atomicfile.Write(path, text, 0o600); err != nil {
			warning += fmt.Sprintf(" (it cannot be copied back: %v)", err)
		}
		return o, warning, nil
	case errors.Is(backupErr, fs.ErrNotExist):
		return object{}, warning + "; the defaults are used", nil
	case errors.Is(backupErr, ErrDamaged):
		aside, err := setAside(backupOf(path))
		if err != nil {
			return nil, "", fmt.Errorf("%s; %w, and cannot be renamed: %w", warning, backupErr, err)
		}
		return object{}, fmt.Sprintf("%s; %v; it is now %s; the defaults are used", warning, backupErr, aside), nil
	}
	return nil, "", fmt.Errorf("%s; its backup cannot be read: %w", warning, backupErr)
}

// setAside renames the file and returns its new name.
func setAside(path string) (string, error) {
	aside := Timed(path, "damaged")
	return aside, os.Rename(path, aside)
}

// Timed returns path with a suffix of kind and the current time.
func Timed(path, kind string) string {
	return path + "." + kind + "-" + time.Now().UTC().Format("20060102T150405.000000000Z")
}

// write writes o to the file at path, and old, the current content of the file, to its
// backup. old is nil if there is no file.
func write(path string, o object, old []byte) error {
	text, err := indent(o)
	if err != nil {
		return err
	}
	// The folder may have been removed.
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if old != nil {
		if err := checkWritable(path); err != nil {
			return err
		}
		if err := atomicfile.Write(backupOf(path), old, 0o600); err != nil {
			return err
		}
	}
	return atomicfile.Write(path, text, 0o600)
}

func indent(o object) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	err := encoder.Encode(o)
	return text.Bytes(), err
}

// checkWritable returns an error if the file is read-only. It could be replaced with the
// permissions of its folder, but its user does not want that.
func checkWritable(path string) error {
	stat, err := os.Stat(path)
	if err != nil {
		return err
	}
	if stat.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("%s is read-only: %w", path, fs.ErrPermission)
	}
	return nil
}
