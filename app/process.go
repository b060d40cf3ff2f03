package app

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/journal"
)

// What belongs to the whole process, and not to one value in it, is set here and
// nowhere else: the default logger, the folder of temporary files, and the desktop
// session. Only Main's own run does so.

// setLogger makes what is logged go to j.
func setLogger(j *journal.Journal) { slog.SetDefault(j.Logger()) }

// quietLogger makes the default logger say what goes wrong only.
func quietLogger() { slog.SetLogLoggerLevel(slog.LevelWarn) }

// setTempDir makes dir the folder of temporary files, such as uploads.
func setTempDir(dir string) error {
	names := []string{"TMPDIR"}
	if runtime.GOOS == "windows" {
		names = []string{"TMP", "TEMP"}
	}
	for _, name := range names {
		if err := os.Setenv(name, dir); err != nil {
			return fmt.Errorf("setting %s: %w", name, err)
		}
	}
	return nil
}

// setSession moves the process to the desktop session that has these variables: the
// tray finds its bus there, and the browser opens there.
func setSession(variables map[string]string) error {
	var errs []error
	for _, name := range desk.SessionVariables {
		// A variable that is empty is not the same as none.
		if value := variables[name]; value != "" {
			errs = append(errs, os.Setenv(name, value))
		} else {
			errs = append(errs, os.Unsetenv(name))
		}
	}
	return errors.Join(errs...)
}
