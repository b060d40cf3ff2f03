//go:build unix

package autostart

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
)

func (e Entry) read() (login, error) {
	path, err := e.path()
	if err != nil {
		return login{}, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return login{}, nil
	}
	if err != nil {
		return login{}, err
	}
	found, err := decode(string(text))
	if err != nil {
		return login{}, fmt.Errorf("%s: %w", path, err)
	}
	return found, nil
}

func (e Entry) write() error {
	path, err := e.path()
	if err != nil {
		return err
	}
	text, err := encode(e)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(path, []byte(text), 0o644)
}

// move changes the entry found to start e's program.
func (e Entry) move(found login) error {
	path, err := e.path()
	if err != nil {
		return err
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := replace(string(old), found.command[0], e.Exec)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.Write(path, []byte(text), 0o644)
}

func (e Entry) remove() error {
	path, err := e.path()
	if err != nil {
		return err
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
