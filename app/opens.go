package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

// Opens is a kind of file that a tool opens, or a scheme of addresses: Ext, MIME and
// Title, or Scheme alone.
//
//	Opens: []app.Opens{
//		{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"},
//		{Scheme: "tea"},
//	}
//
// Packages for Linux and Windows register them, so that a double-click on a.tea, or a
// link to tea:green, starts the program with the file or the address after two hyphens,
// and [Tool.OnLaunch] gets it. The program takes no kind of file from another one: the
// owner chooses, or on Linux the system, if there is no other. On macOS nothing is
// registered, since the tray's library does not hear of it.
type Opens struct {
	Ext    string // with its dot, such as ".tea"; no matter in which case a file has it
	MIME   string // in small letters, such as "application/x-tea"
	Title  string // of a file of this kind, such as "Tea plan"
	Scheme string // in small letters, without its colon, such as "tea"
}

func (a *App) opens() (all []launch.Opens) {
	for _, o := range a.Opens {
		all = append(all, launch.Opens(o))
	}
	return all
}

// onLaunchTimeout is how long an OnLaunch may take: the owner waits for the page.
const onLaunchTimeout = 10 * time.Second

// A launchFunc is what [Tool.OnLaunch] gets.
type launchFunc = func(ctx context.Context, args []string, dir string) (page string, err error)

// launches have the functions of [Tool.OnLaunch].
type launches struct {
	mu     sync.Mutex
	frozen bool // by check
	funcs  []launchFunc
}

// OnLaunch has f choose the page of a launch that brings something to open: the first one,
// which starts the program, and later ones. args are absolute paths of files with an
// extension of App.Opens, which need not exist and may be folders or symbolic links, and
// addresses with a scheme of it; the launch is refused if it brings anything else. dir is
// the folder that the launch was made in, or empty.
//
// Any web page can lead to an address of a scheme, so f must choose a page, such as
// "/import?file=…", and change nothing: what the owner wants to happen is a button of that
// page. f has ten seconds. If it returns an error, the owner is shown that. Of several
// functions, the first that returns a page or an error decides; "" leaves it to the next.
//
// OnLaunch can be called until StartTool returns.
func (t *Tool) OnLaunch(f func(ctx context.Context, args []string, dir string) (page string, err error)) error {
	if f == nil {
		return t.named(errors.New("OnLaunch(nil)"))
	}
	t.launches.mu.Lock()
	defer t.launches.mu.Unlock()
	if t.launches.frozen {
		return t.named(fmt.Errorf("OnLaunch: %w", web.ErrLate))
	}
	t.launches.funcs = append(t.launches.funcs, f)
	return nil
}

// check returns an error unless there are functions where they are needed. None can be
// added after it.
func (l *launches) check(opens []Opens) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen = true
	switch {
	case len(l.funcs) == 0 && len(opens) > 0:
		return errors.New("App.Opens is set, and no plug-in has called OnLaunch of its Tool to open these files and addresses")
	case len(l.funcs) > 0 && len(opens) == 0:
		return errors.New("a plug-in has called OnLaunch of its Tool, and App.Opens does not say what it opens")
	}
	return nil
}

// page returns the page of a launch.
func (l *launches) page(ctx context.Context, args []string, dir string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, onLaunchTimeout, fmt.Errorf("%q took longer than %v to be opened", args, onLaunchTimeout))
	defer cancel()
	var page string
	done := make(chan error, 1)
	go func() {
		done <- call("OnLaunch", func() (err error) {
			page, err = l.ask(ctx, args, dir)
			return err
		})
	}()
	select {
	case err := <-done:
		if err == nil && !loopback.IsPage(page) {
			err = fmt.Errorf("OnLaunch has returned %q, which is no page of the program", page)
		}
		if err != nil {
			return "/", err
		}
		return page, nil
	case <-ctx.Done():
		return "/", context.Cause(ctx)
	}
}

func (l *launches) ask(ctx context.Context, args []string, dir string) (string, error) {
	for _, f := range l.funcs {
		if page, err := f(ctx, args, dir); page != "" || err != nil {
			return page, err
		}
	}
	return "", fmt.Errorf("nothing here opens %q", args)
}
