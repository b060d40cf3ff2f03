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

// What a launch asks the program that runs already to do.
const (
	commandOpen = "open" // its page
	commandHail = "hail" // nothing: just to say where it is
	commandQuit = "quit"
)

// A program is an App that runs.
type program struct {
	*App
	stderr   io.Writer
	journal  *journal
	settings *settings.Store
	login    autostart.Entry
	refusals *refusals
	door     *ownerDoor
	env      *dibbler.Context
	server   *dibbler.Server
	port     int
	tray     *tray.Tray      // nil: -no-tray
	items    context.Context // of what tray items do
	news     chan struct{}   // gets a value after requests
	notices  []string        // for the owner, on pages
	ended    chan struct{}   // closed when nothing is left to do

	mu          sync.Mutex
	asked       bool // for the end
	browserHint string
}

// run is the life of the program, from launch to end.
func (a *App) run(opts options, stdout, stderr io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return a.failed(opts, "", stderr, err)
	}
	j := openJournal(folders.State, opts.verbose, stderr)
	err = a.runIn(folders, j, opts, stdout, stderr)
	if _, cut := errors.AsType[*dibbler.CutError](err); err != nil && !cut {
		slog.Error("failed", "err", err)
		err = a.failed(opts, j.path, stderr, err)
	}
	return errors.Join(err, j.close())
}

func (a *App) runIn(folders dirs.Dirs, j *journal, opts options, stdout, stderr io.Writer) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endSignals...)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	p := &program{
		App:      a,
		stderr:   stderr,
		journal:  j,
		refusals: new(refusals),
		env:      new(dibbler.Context),
		items:    ctx,
		news:     make(chan struct{}, 1),
		ended:    make(chan struct{}),
	}
	go p.obey(ctx, signals)

	// The channel to later launches is for the owner alone, whatever is set.
	strict, _, err := newOwnerDoor(ctx, func() bool { return false }, p.refusals)
	if err != nil {
		return err
	}
	defer strict.close()
	command := commandOpen
	if opts.noBrowser {
		command = commandHail
	}
	first, answer, err := instance.Start(ctx, folders.State, command, strict.OnIncomingConnection)
	if err != nil {
		return err
	}
	if first == nil {
		fmt.Fprintln(stdout, answer)
		return nil
	}
	if err := p.start(ctx, folders, opts); err != nil {
		return errors.Join(err, first.Close())
	}
	go p.receive(first)
	fmt.Fprintln(stdout, p.readyLine())
	slog.Info("running", "url", p.server.URL())
	if !opts.noBrowser && p.settings.Values().OpenBrowser {
		p.browse("/")
	}
	return p.serve(ctx, first)
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
	if !opts.noTray {
		p.tray = p.newTray()
		p.refreshTray()
	}
	return nil
}

func (p *program) readyLine() string {
	return fmt.Sprintf("%s is running at %s", p.Name, p.server.URL())
}

// warn tells the owner, in the log and on the pages where there is no tray.
func (p *program) warn(text string) {
	slog.Warn(text)
	p.notices = append(p.notices, text)
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
		p.warn(w)
	}
	var err error
	if p.login, err = p.loginEntry(); err != nil {
		return err
	}
	switch moved, err := p.login.Mend(); {
	case err != nil:
		slog.Warn("start at login not checked", "err", err)
	case moved:
		slog.Info("the program was moved; start at login now points here", "file", p.login.Exec)
	}
	return nil
}

// loginEntry is what the system runs at login: the program, without its browser.
func (a *App) loginEntry() (autostart.Entry, error) {
	exe, err := os.Executable()
	if err != nil {
		return autostart.Entry{}, fmt.Errorf("finding this program's own file: %w", err)
	}
	return autostart.Entry{ID: a.ID, Name: a.Name, Exec: exe, Args: []string{"-no-browser"}}, nil
}

// open takes a port and adds the server that stands behind the three doors.
func (p *program) open(ctx context.Context, opts options) error {
	at, err := p.listen(opts.port)
	if err != nil {
		return err
	}
	p.port = at[0].Addr().(*net.TCPAddr).Port
	var unchecked error
	p.door, unchecked, err = newOwnerDoor(ctx, func() bool { return p.settings.Values().OtherUsers }, p.refusals)
	if err != nil {
		return errors.Join(err, closeAll(at))
	}
	if unchecked != nil {
		p.warn(fmt.Sprintf("Other users of this computer are not kept out: %v.", unchecked))
	}
	p.server = &dibbler.Server{Listeners: at, Wrap: p.wrap}
	if err := p.server.Register(p.door, pages{p}); err != nil {
		return errors.Join(err, closeAll(at))
	}
	plugins := p.Plugins
	if !slices.ContainsFunc(plugins, hasFavicon) {
		plugins = append(slices.Clip(plugins), favicon{})
	}
	if err := p.server.Register(plugins...); err != nil {
		return errors.Join(err, closeAll(at))
	}
	return p.env.Add(p.server, &dibbler.Task{Name: "tray", Run: p.keepTrayFresh})
}

// wrap puts the request's door and the line at the end of pages in front of the
// plug-ins.
func (p *program) wrap(next http.Handler) http.Handler {
	var more []string
	for _, plugin := range p.Plugins {
		if m, ok := plugin.(MethodPlugin); ok {
			more = append(more, m.HTTPMethods()...)
		}
	}
	return newRequestDoor(p.Name, p.port, more, p.refusals, pageEnd{p, next})
}

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
		at, err := listenBoth(asked)
		if err != nil {
			return nil, fmt.Errorf("port %d, which was asked for with -port, cannot be had: %w", asked, err)
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
	port := at[0].Addr().(*net.TCPAddr).Port
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
			p.quit()
			m.Reply("")
		case p.ending():
			m.Decline() // its sender waits, and takes over
		default:
			if m.Command == commandOpen {
				p.browse("/")
			}
			m.Reply(p.readyLine())
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
		for _, plugin := range p.Plugins {
			if f, ok := plugin.(Flusher); ok {
				err = errors.Join(err, flush(f))
			}
		}
		p.door.close()
		slog.Info("end", "refusals", p.refusals.total(), "err", err)
		if p.tray != nil {
			p.tray.Quit()
		}
		err = errors.Join(err, first.Close())
	}()
	if p.tray != nil {
		go p.showDraining()
		p.tray.Run(context.Background())
	}
	<-p.ended
	return err
}

func flush(f Flusher) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("flushing %T panicked: %v", f, v)
		}
	}()
	if err := f.Flush(); err != nil {
		return fmt.Errorf("flushing %T: %w", f, err)
	}
	return nil
}
