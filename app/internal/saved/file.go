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

// ErrDamaged marks a file that can be read, but does not hold a JSON object.
var ErrDamaged = errors.New("damaged")

// An object is a JSON object with all its keys, whether the program knows them or not.
// Its numbers are [json.Number], so that none is rounded.
type object = map[string]any

// read returns the object in the file at path, and the file's text.
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
	// Some editors on Windows put a byte order mark first.
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	decoder.UseNumber()
	if err := decoder.Decode(&o); err == io.EOF {
		return nil, errors.New("it is empty")
	} else if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, errors.New("it holds null and no object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("there is more after the object")
	}
	return o, nil
}

func backupOf(path string) string { return path + ".backup" }

// restore returns the object of the backup, because the file at path could not be
// read with the error cause: it is missing or damaged. A damaged file is renamed. Where
// there is no backup either, the object is empty. The warning is for the user.
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
			return nil, "", fmt.Errorf("%w, and cannot be set aside: %w", cause, err)
		}
		warning = fmt.Sprintf("%v; the file is now %s", cause, aside)
	}
	switch {
	case backupErr == nil:
		warning += fmt.Sprintf("; its backup is used, without the last change: %s", backupOf(path))
		if err := atomicfile.Write(path, text, 0o600); err != nil {
			warning += fmt.Sprintf(", which cannot be copied back: %v", err)
		}
		return o, warning, nil
	case errors.Is(backupErr, fs.ErrNotExist):
		return object{}, warning + ", and the defaults hold", nil
	case errors.Is(backupErr, ErrDamaged):
		aside, err := setAside(backupOf(path))
		if err != nil {
			return nil, "", fmt.Errorf("%s; %w, and cannot be set aside: %w", warning, backupErr, err)
		}
		return object{}, fmt.Sprintf("%s; %v; it is now %s, and the defaults hold", warning, backupErr, aside), nil
	}
	return nil, "", fmt.Errorf("%s; its backup cannot be read: %w", warning, backupErr)
}

// setAside renames the file and returns its new name.
func setAside(path string) (string, error) {
	aside := Timed(path, "damaged")
	return aside, os.Rename(path, aside)
}

// Timed returns a name beside path for a file of the past.
func Timed(path, kind string) string {
	return path + "." + kind + "-" + time.Now().UTC().Format("20060102T150405.000000000Z")
}

// write makes o the content of the file at path, and old, what the file holds
// now, that of its backup. If old is nil, there is no file.
func write(path string, o object, old []byte) error {
	text, err := indent(o)
	if err != nil {
		return err
	}
	// Somebody may have removed the folder meanwhile.
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

// checkWritable returns an error if somebody has made the file read-only. The
// permission of its folder is enough to replace it, but is not meant then.
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
