package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/autostart"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

const settingsName = "settings.json"

// sessionTimeout is how long what is in flight may take when the desktop session
// ends: systems kill a program that takes much longer.
const sessionTimeout = 4 * time.Second

// launchTimeout is how long a launch waits for the program that runs already,
// which may be finishing what is in flight. It is a variable for tests.
var launchTimeout = 30 * time.Second

// errAsked is why a launch was given up when it was asked to.
var errAsked = errors.New("asked to end")

// What a launch sends to the program that runs already.
const (
	commandHail = "hail" // asks where its page is, and may tell of its session
	commandQuit = "quit" // asks it to shut down
)

const couldNotStart = "could not start"

// A program is an App that runs.
type program struct {
	*App
	stderr     io.Writer
	journal    *journal
	settings   *settings.Store
	login      autostart.Entry
	refusals   *refusals
	launchDoor *ownerDoor // of later launches
	door       *ownerDoor // of the pages
	env        *dibbler.Context
	server     *dibbler.Server
	port       int
	tray       *tray.Tray              // nil: -no-tray
	news       chan struct{}           // gets a value after requests
	warnings   []string                // for the owner, from the start
	giveUp     context.CancelCauseFunc // the launch
	started    bool                    // to serve
	ended      chan struct{}           // closed when nothing is left to do
	unsaved    error                   // what flushing returned; to be read when it has ended
	patience   context.Context         // over when the end is to come at once
	hurry      context.CancelFunc      // ends it

	mu          sync.Mutex
	asked       bool // for the end, by the owner
	sessionEnds bool
	browserHint string
	loginErr    error       // why the start at login was not changed
	tooltip     []string    // what plug-ins have said last
	items       []tray.Item // and added to the menu
}

// run is the life of the program, from launch to end.
func (a *App) run(opts options, stdout, stderr io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return a.failed(opts, failure{what: couldNotStart}, stderr, err)
	}
	j := openJournal(folders.State, opts.verbose, stderr)
	p := a.newProgram(j, stderr)
	err = p.run(folders, opts, stdout)
	// What was cut is in the log, and alone is no failure of the program.
	if _, cut := errors.AsType[*dibbler.CutError](err); err != nil && !cut || p.unsaved != nil {
		slog.Error("failed", "err", err)
		what := couldNotStart
		if p.started {
			what = "ended with an error"
		}
		f := failure{what: what}
		if j.last() == nil {
			f.log = j.path()
		}
		if !p.sessionEnded() { // or there is nobody and nothing to show it to
			err = a.failed(opts, f, stderr, err)
		}
	}
	return errors.Join(err, j.close())
}

func (a *App) newProgram(j *journal, stderr io.Writer) *program {
	patience, hurry := context.WithCancel(context.Background())
	return &program{
		App:      a,
		stderr:   stderr,
		journal:  j,
		refusals: new(refusals),
		env:      new(dibbler.Context),
		news:     make(chan struct{}, 1),
		giveUp:   func(error) {},
		ended:    make(chan struct{}),
		patience: patience,
		hurry:    hurry,
	}
}

func (p *program) run(folders dirs.Dirs, opts options, stdout io.Writer) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	launch, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	p.giveUp = giveUp
	// Two of different kinds can come at once.
	signals := make(chan os.Signal, len(endSignals))
	signal.Notify(signals, endSignals...)
	defer signal.Stop(signals)
	go p.obey(ctx, signals)

	l, ok := p.launchUntilAsked(launch, folders, opts)
	if !ok {
		err := &dibbler.CutError{Unfinished: []string{"the start"}}
		slog.Warn("end", "err", err)
		return err
	}
	first, url, err := l.first, l.url, l.err
	switch {
	case context.Cause(launch) == errAsked:
		slog.Info("asked to end before it was ready", "err", err)
		p.env.Close()
		if first != nil {
			return first.Close()
		}
		return nil
	case err != nil:
		return err
	case first == nil:
		fmt.Fprintln(stdout, p.readyLine(url))
		if !opts.noBrowser {
			p.openOther(launch, url)
		}
		return nil
	}
	p.started = true
	go p.receive(first)
	fmt.Fprintln(stdout, p.readyLine(p.server.URL()))
	slog.Info("running", "url", p.server.URL())
	if !opts.noBrowser && p.settings.Values().OpenBrowser {
		p.browse("/")
	}
	return p.serve(ctx, first)
}

// A launched is what launch has returned.
type launched struct {
	first *instance.Instance
	url   string
	err   error
}

// launchUntilAsked is launch, but once the program is asked to end it waits no longer
// than the end does for anything: what a plug-in does at the start may hang.
func (p *program) launchUntilAsked(ctx context.Context, folders dirs.Dirs, opts options) (l launched, ok bool) {
	done := make(chan launched, 1)
	go func() {
		first, url, err := p.launch(ctx, folders, opts)
		done <- launched{first, url, err}
	}()
	select {
	case l = <-done:
		return l, true
	case <-ctx.Done():
	}
	bounded, cancel := context.WithTimeout(p.patience, endTimeout)
	defer cancel()
	return await(bounded, done)
}

// launch makes this process the one that serves, or returns where the one that
// does has its page. Only in the first case, and without an error, is there an
// instance.
func (p *program) launch(ctx context.Context, folders dirs.Dirs, opts options) (*instance.Instance, string, error) {
	// The channel to later launches is for the owner alone, whatever is set.
	door, unchecked, err := newOwnerDoor(ctx, func() bool { return false }, p.refusals)
	if err != nil {
		return nil, "", err
	}
	p.launchDoor = door
	bounded, cancel := context.WithTimeoutCause(ctx, launchTimeout, fmt.Errorf(
		"%s runs already, and has not answered or ended for %v; end it in the system's task manager and start it again", p.Name, launchTimeout))
	defer cancel()
	slog.Debug("looking for the program in case it runs already")
	first, url, err := instance.Start(bounded, folders.State, hail(), door.OnIncomingConnection)
	if first == nil {
		door.close()
		return nil, url, err
	}
	if unchecked != nil {
		p.warn(fmt.Sprintf("Other users of this computer are not kept out: %v.", unchecked))
	}
	if err := p.start(ctx, folders, opts); err != nil {
		p.env.Close()
		err = errors.Join(err, first.Close())
		door.close()
		return nil, "", err
	}
	return first, "", nil
}

// start gets everything ready to serve.
func (p *program) start(ctx context.Context, folders dirs.Dirs, opts options) error {
	slog.Info("start", "program", p.title(), "pid", os.Getpid())
	for _, w := range folders.Warnings {
		p.warn(w)
	}
	if err := folders.EmptyTemp(); err != nil {
		slog.Warn("temporary folder not emptied", "err", err)
	}
	if err := setTempDir(folders.Temp); err != nil {
		return err
	}
	if err := p.configure(folders); err != nil {
		return err
	}
	if err := p.open(ctx, opts); err != nil {
		return err
	}
	if p.settings.Values().OtherUsers {
		slog.Warn("other users of this computer are let in, as the settings say")
	}
	if !opts.noTray {
		p.tray = p.newTray()
		p.refreshTray()
	}
	return nil
}

func (a *App) readyLine(url string) string {
	return fmt.Sprintf("%s is running at %s", a.Name, url)
}

// warn tells the owner, in the log and on the pages. It is for the start.
func (p *program) warn(text string) {
	slog.Warn(text)
	p.warnings = append(p.warnings, text)
}

// notices are for the owner, on every page.
func (p *program) notices() []string {
	if err := p.journal.unwritten(); err != nil {
		return append(slices.Clone(p.warnings), fmt.Sprintf("The log cannot be written: %v.", err))
	}
	return p.warnings
}

// setTempDir makes dir the place of temporary files, uploads among them, of this
// process.
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

// configure reads the settings and mends the entry for the start at login.
func (p *program) configure(folders dirs.Dirs) error {
	store, warnings := settings.Open(filepath.Join(folders.Config, settingsName))
	p.settings = store
	for _, w := range warnings {
		p.warn("Settings: " + w + ".")
	}
	var err error
	if p.login, err = p.loginEntry(); err != nil {
		return err
	}
	p.login.Icon = loginIcon(folders.State)
	switch moved, err := p.login.Mend(); {
	case err != nil:
		slog.Warn("start at login not checked", "err", err)
	case moved:
		slog.Info("the program was moved; start at login now points here", "file", p.login.Exec)
	}
	return nil
}

// open takes a port and adds the server that stands behind the three doors.
func (p *program) open(ctx context.Context, opts options) error {
	at, err := p.listen(opts.port)
	if err != nil {
		return err
	}
	p.port = portOf(at)
	// It shares the launch door's checker: finding out whether the system tells is
	// the dearest part of a start.
	p.door = &ownerDoor{checker: p.launchDoor.checker, anybody: func() bool { return p.settings.Values().OtherUsers }, refusals: p.refusals}
	p.server = &dibbler.Server{Listeners: at, MaxBody: p.MaxBody, Wrap: p.wrap}
	if err := p.server.Register(p.door, pages{p}); err != nil {
		return errors.Join(err, closeAll(at))
	}
	if err := p.server.Register(p.Plugins...); err != nil {
		return errors.Join(err, closeAll(at))
	}
	if !slices.ContainsFunc(p.Plugins, hasFavicon) {
		if err := p.server.Register(p.favicon()); err != nil {
			return errors.Join(err, closeAll(at))
		}
	}
	if err := p.env.Add(p.server, &dibbler.Task{Name: "tray", Run: p.keepTrayFresh}); err != nil {
		return errors.Join(err, closeAll(at))
	}
	return nil
}

// openAside makes a program of nothing but the plug-ins, at a free port behind the
// doors, whether the program runs already or not. The caller closes its door.
// Unchecked is as in newOwnerDoor.
func (a *App) openAside(ctx context.Context) (p *program, unchecked, err error) {
	p = a.newProgram(nil, nil)
	p.door, unchecked, err = newOwnerDoor(ctx, func() bool { return false }, p.refusals)
	if err != nil {
		return nil, nil, err
	}
	if err := p.addAside(); err != nil {
		p.door.close()
		return nil, nil, err
	}
	return p, unchecked, nil
}

func (p *program) addAside() error {
	at, err := listenBoth(0)
	if err != nil {
		return err
	}
	p.port = portOf(at)
	p.server = &dibbler.Server{Listeners: at, MaxBody: p.MaxBody, Wrap: p.behindDoor}
	if err := p.server.Register(append([]any{p.door}, p.Plugins...)...); err != nil {
		return errors.Join(err, closeAll(at))
	}
	return p.env.Add(p.server)
}

// wrap puts the request's door and the line at the end of pages in front of the
// plug-ins.
func (p *program) wrap(next http.Handler) http.Handler {
	return p.behindDoor(keepTempDir(&pageEnd{program: p, next: next}))
}

// behindDoor puts the request's door in front of next.
func (p *program) behindDoor(next http.Handler) http.Handler {
	var more []string
	for _, plugin := range p.Plugins {
		if m, ok := plugin.(MethodPlugin); ok {
			more = append(more, m.HTTPMethods()...)
		}
	}
	return newRequestDoor(p.Name, p.port, more, p.refusals, next)
}

// keepTempDir makes the folder of temporary files again, for requests that may
// need it: what cleans up caches removes it as well.
func keepTempDir(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			if err := os.MkdirAll(os.TempDir(), 0o700); err != nil {
				slog.Warn("no folder for temporary files", "err", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}

func portOf(at []net.Listener) int { return at[0].Addr().(*net.TCPAddr).Port }

func closeAll(at []net.Listener) (err error) {
	for _, l := range at {
		err = errors.Join(err, l.Close())
	}
	return err
}

// listen takes the port that was asked for or, if none was, last time's or
// another one, which is remembered: browsers keep bookmarks and storage by port.
func (p *program) listen(asked int) ([]net.Listener, error) {
	if asked >= 0 {
		at, err := listenAgain(asked)
		if err != nil {
			return nil, fmt.Errorf("port %d, which was asked for with -port, cannot be had; ask for another, or for none: %w", asked, err)
		}
		return at, nil
	}
	last := p.settings.Values().Port
	if last == 0 {
		last = defaultPort
	}
	at, other, err := listenNear(last)
	if err != nil {
		return nil, fmt.Errorf("no port of 127.0.0.1 can be had: %w", err)
	}
	port := portOf(at)
	if other != nil {
		slog.Warn("another port is used", "wanted", last, "port", port, "because", other)
	}
	if port != p.settings.Values().Port {
		if err := p.settings.Update(func(v *settings.Values) { v.Port = port }); err != nil {
			slog.Warn("the port will not be remembered", "port", port, "err", err)
		}
	}
	return at, nil
}

// receive answers later launches.
func (p *program) receive(first *instance.Instance) {
	for m := range first.Messages() {
		switch {
		case m.Command == commandQuit:
			p.shutdown()
			m.Reply("")
		case p.ending():
			m.Decline() // its sender waits, and takes over
		default:
			if said := strings.Split(m.Command, "\n"); len(said) > 1 {
				p.enter(said[1:])
			}
			m.Reply(p.server.URL())
		}
	}
}

// serve runs until the end. The tray has this goroutine, the main one. All that is
// to be done at the end is done on another: when a Windows session ends, the tray
// does not return.
func (p *program) serve(ctx context.Context, first *instance.Instance) error {
	var err error
	go func() {
		defer close(p.ended)
		err = p.env.Run(ctx)
		p.unsaved = p.flush()
		err = errors.Join(err, p.unsaved)
		if err != nil {
			slog.Warn("end", "refusals", p.refusals.total(), "err", err)
		} else {
			slog.Info("end", "refusals", p.refusals.total())
		}
		if p.tray != nil {
			p.tray.Quit()
		}
		err = errors.Join(err, first.Close())
		p.launchDoor.close()
	}()
	if p.tray != nil {
		go p.showDraining()
		p.tray.Run(context.Background())
	}
	<-p.ended
	return err
}
