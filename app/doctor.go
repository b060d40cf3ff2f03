package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/owner"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/tray"
)

// errUnwell is what -doctor ends with when something does not work.
var errUnwell = errors.New("not everything works here; see above")

// examinationTimeout bounds the time that -doctor takes.
const examinationTimeout = 10 * time.Second

// An examination is one thing that -doctor looks at. It says what it has found,
// or what is wrong and what to do.
type examination struct {
	what string
	look func() (found string, err error)
}

// doctor is -doctor: it says what works here and what does not. It leaves
// everything as it is.
func (a *App) doctor(stdout io.Writer) error {
	fmt.Fprintln(stdout, a.title())
	folders, err := dirs.Make(a.ID)
	if err != nil {
		fmt.Fprintf(stdout, "✗ folders: %v\n", err)
		return errUnwell
	}
	ctx, cancel := context.WithTimeout(context.Background(), examinationTimeout)
	defer cancel()
	var unwell error
	for _, e := range a.examinations(ctx, folders) {
		found, err := e.look()
		if err != nil {
			unwell = errUnwell
			fmt.Fprintf(stdout, "✗ %s: %v\n", e.what, err)
		} else {
			fmt.Fprintf(stdout, "✓ %s: %s\n", e.what, found)
		}
	}
	return unwell
}

func (a *App) examinations(ctx context.Context, folders dirs.Dirs) []examination {
	store, damaged := settings.Open(filepath.Join(folders.Config, settingsName))
	return []examination{
		{"folders", func() (string, error) {
			if len(folders.Warnings) > 0 {
				return "", errors.New(folders.Warnings[0])
			}
			return folders.Config + ", " + folders.State, nil
		}},
		{"settings", func() (string, error) {
			if len(damaged) > 0 {
				return "", errors.New(damaged[0])
			}
			return filepath.Join(folders.Config, settingsName), nil
		}},
		{"log", func() (string, error) {
			path := filepath.Join(folders.State, logName)
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
			if err != nil {
				return "", fmt.Errorf("%w; make the folder writable", err)
			}
			return path, f.Close()
		}},
		{"running already", func() (string, error) {
			answer, err := instance.Send(ctx, folders.State, commandHail)
			if errors.Is(err, instance.ErrNotRunning) {
				return "no", nil
			}
			return answer, err
		}},
		{"port", func() (string, error) { return freePort(store.Values().Port) }},
		{"owner check", func() (string, error) {
			checker, err := owner.New(ctx)
			if err != nil {
				return "", fmt.Errorf("%w; other users of this computer are not kept out", err)
			}
			return "connections of other users are refused", checker.Close()
		}},
		{"tray", func() (string, error) {
			if err := tray.Check(ctx); err != nil {
				return "", fmt.Errorf("%w; the pages have a bar in its place", err)
			}
			return "an icon is shown", nil
		}},
		{"browser", findBrowser},
		{"start at login", func() (string, error) {
			entry, err := a.loginEntry()
			if err != nil {
				return "", err
			}
			on, err := entry.Enabled()
			if on {
				return "on", err
			}
			return "off", err
		}},
	}
}

// freePort says what would become of port.
func freePort(port int) (string, error) {
	if port == 0 {
		port = defaultPort
	}
	at, other, err := listenNear(port)
	if err != nil {
		return "", fmt.Errorf("no port of 127.0.0.1 can be had: %w", err)
	}
	got := at[0].Addr().(*net.TCPAddr).Port
	found := fmt.Sprintf("%d on %d of 127.0.0.1 and ::1", got, len(at))
	if other != nil {
		found = fmt.Sprintf("%d is taken; another one is used", port)
	}
	return found, closeAll(at)
}

// findBrowser looks for what opens the browser.
func findBrowser() (string, error) {
	switch runtime.GOOS {
	case "windows", "darwin":
		return "the system opens it", nil
	}
	for _, name := range []string{"xdg-open", "x-www-browser", "www-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("none of xdg-open, x-www-browser and www-browser is installed; install xdg-utils")
}
