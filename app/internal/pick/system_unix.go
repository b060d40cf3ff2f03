//go:build !darwin && !windows

package pick

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// System returns the dialog of the desktop portal, or of zenity or kdialog.
func System() Dialog { return system{} }

type system struct{}

// Find implements [Dialog].
func (system) Find(ctx context.Context) error {
	_, err := find(ctx)
	return err
}

// Show implements [Dialog].
func (system) Show(ctx context.Context, r Request) ([]string, error) {
	show, err := find(ctx)
	if err != nil {
		return nil, err
	}
	return show(ctx, r)
}

// find returns the function that shows dialogs on this desktop.
func find(ctx context.Context) (show func(context.Context, Request) ([]string, error), err error) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return nil, fmt.Errorf("%w: the program was started without a screen", ErrNoDialog)
	}
	reason := findPortal(ctx)
	if reason == nil {
		return showPortal, nil
	}
	commands := []command{zenity, kdialog}
	if strings.Contains(os.Getenv("XDG_CURRENT_DESKTOP"), "KDE") {
		commands = []command{kdialog, zenity}
	}
	for _, c := range commands {
		if _, err := exec.LookPath(c.name); err == nil {
			return c.show, nil
		}
	}
	return nil, fmt.Errorf("%w: the desktop has no suitable portal (%v), and neither zenity nor kdialog is installed", ErrNoDialog, reason)
}
