package autostart

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const (
	runKey = `Software\Microsoft\Windows\CurrentVersion\Run`
	// approvedKey has the entries that the user has switched off in the task manager or
	// the settings.
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`

	// maxRun is the documented maximum of a command line in runKey, in UTF-16 units.
	maxRun = 260
)

func (e Entry) read() (login, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return login{}, nil
	}
	if err != nil {
		return login{}, fmt.Errorf("registry key %s: %w", runKey, err)
	}
	defer key.Close()
	line, kind, err := key.GetStringValue(e.ID)
	if err == nil && kind == registry.EXPAND_SZ { // another program wrote it
		line, err = registry.ExpandString(line)
	}
	if errors.Is(err, registry.ErrNotExist) {
		return login{}, nil
	}
	if err != nil {
		return login{}, fmt.Errorf("registry key %s, value %s: %w", runKey, e.ID, err)
	}
	off, err := e.switchedOff()
	if err != nil || off {
		return login{}, err
	}
	command, err := windows.DecomposeCommandLine(line)
	if err != nil {
		return login{}, fmt.Errorf("registry key %s, value %s: %w", runKey, e.ID, err)
	}
	return login{enabled: len(command) > 0, command: command}, nil
}

func (e Entry) switchedOff() (bool, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("registry key %s: %w", approvedKey, err)
	}
	defer key.Close()
	state, _, err := key.GetBinaryValue(e.ID)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("registry key %s, value %s: %w", approvedKey, e.ID, err)
	}
	return switchedOff(state), nil
}

func (e Entry) write() error {
	return errors.Join(e.writeCommand(e.command()), removeValue(approvedKey, e.ID))
}

// move changes the entry found to start e's program.
func (e Entry) move(found login) error {
	return e.writeCommand(append([]string{e.Exec}, found.command[1:]...))
}

func (e Entry) writeCommand(command []string) error {
	line := windows.ComposeCommandLine(command)
	units, err := windows.UTF16FromString(line)
	if err != nil {
		return err
	}
	if len(units)-1 > maxRun {
		return fmt.Errorf("the command line has %d characters, and Windows allows %d; move the program to a shorter path", len(units)-1, maxRun)
	}
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("registry key %s: %w", runKey, err)
	}
	defer key.Close()
	if err := key.SetStringValue(e.ID, line); err != nil {
		return fmt.Errorf("registry key %s, value %s: %w", runKey, e.ID, err)
	}
	return nil
}

func (e Entry) remove() error {
	return errors.Join(removeValue(runKey, e.ID), removeValue(approvedKey, e.ID))
}

func removeValue(path, name string) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, path, registry.SET_VALUE)
	if err == nil {
		defer key.Close()
		err = key.DeleteValue(name)
	}
	if err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("registry key %s, value %s: %w", path, name, err)
	}
	return nil
}
