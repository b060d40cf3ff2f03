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

// Opens describes a kind of file that the tool opens, with Ext, MIME and Title, or a URL
// scheme, with Scheme alone.
//
//	Opens: []app.Opens{
//		{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"},
//		{Scheme: "tea"},
//	}
//
// Packages for Linux and Windows register them. A double-click on the file a.tea, or on a
// link to tea:green, then starts the program with the file or URL as an argument after
// two hyphens, and [Tool.OnLaunch] gets it. The package does not make the program the
// default for a kind of file. The owner chooses the default; Linux also uses the program
// if there is no other. On macOS nothing is registered, because the tray's library does
// not receive the files to open.
type Opens struct {
	Ext    string // the extension with its dot, such as ".tea"; case does not matter
	MIME   string // the MIME type in lower case, such as "application/x-tea"
	Title  string // the name for a file of this kind, such as "Tea plan"
	Scheme string // the URL scheme in lower case without its colon, such as "tea"
}

func (a *App) opens() (all []launch.Opens) {
	for _, o := range a.Opens {
		all = append(all, launch.Opens(o))
	}
	return all
}

// onLaunchTimeout limits the functions of OnLaunch, because the owner waits for the page.
const onLaunchTimeout = 10 * time.Second

// A launchFunc is a function that was passed to [Tool.OnLaunch].
type launchFunc = func(ctx context.Context, args []string, dir string) (page string, err error)

// launches holds the functions that were passed to [Tool.OnLaunch].
type launches struct {
	mu     sync.Mutex
	frozen bool // by check
	funcs  []launchFunc
}

// OnLaunch registers f to choose the page to show when the program is started with
// something to open. f is called for the first launch and for launches while the program
// is running.
//
// args are absolute paths of files with an extension in App.Opens, and URLs with a scheme
// in App.Opens. The files need not exist, and can be folders or symbolic links. A launch
// with other arguments is refused before f is called. dir is the working folder of the
// launch, or empty if that is unknown.
//
// f returns a page, such as "/import?file=…". It must not change anything, because any
// web page can have a link with the scheme; the page can have a button for the owner to
// confirm. f has 10 seconds. If it returns an error, the owner is shown the error. If
// several functions are registered, they are called in order, until one returns a page or
// an error. A function that returns "" and nil leaves the choice to the next.
//
// OnLaunch must be called before StartTool returns.
func (t *Tool) OnLaunch(f func(ctx context.Context, args []string, dir string) (page string, err error)) error {
	if f == nil {
		return t.named(errors.New("OnLaunch: the function is nil"))
	}
	t.launches.mu.Lock()
	defer t.launches.mu.Unlock()
	if t.launches.frozen {
		return t.named(fmt.Errorf("OnLaunch: %w", web.ErrLate))
	}
	t.launches.funcs = append(t.launches.funcs, f)
	return nil
}

// check returns an error if App.Opens is set without a function, or a function without
// App.Opens. After check, no function can be added.
func (l *launches) check(opens []Opens) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen = true
	switch {
	case len(l.funcs) == 0 && len(opens) > 0:
		return errors.New("App.Opens is set, but no plug-in has called Tool.OnLaunch to open these files and addresses")
	case len(l.funcs) > 0 && len(opens) == 0:
		return errors.New("a plug-in has called Tool.OnLaunch, but App.Opens is empty")
	}
	return nil
}

// page returns the page of a launch.
func (l *launches) page(ctx context.Context, args []string, dir string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, onLaunchTimeout, fmt.Errorf("opening %q took longer than %v", args, onLaunchTimeout))
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
			err = fmt.Errorf("OnLaunch returned %q, which is not a page of the program", page)
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
	return "", fmt.Errorf("no plug-in opens %q", args)
}
