//go:build !darwin && !windows

package pick

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/sessionbus"
)

// See https://flatpak.github.io/xdg-desktop-portal/docs.
const (
	portalName = "org.freedesktop.portal.Desktop"
	portalPath = "/org/freedesktop/portal/desktop"
	chooser    = "org.freedesktop.portal.FileChooser"
	request    = "org.freedesktop.portal.Request"
	busName    = "org.freedesktop.DBus"

	// portalTimeout limits the time to find the portal, and to open a dialog. The bus may
	// first have to start the portal and its backend for the desktop.
	portalTimeout = 20 * time.Second
)

// A portal is a connection to the desktop portal. When the connection ends, the portal
// closes the dialog.
type portal struct {
	conn  *dbus.Conn
	owner string // the portal's connection, because any program can send signals
}

// findPortal returns nil if there is a portal with dialogs for files and folders.
func findPortal(ctx context.Context) error {
	p, err := openPortal(ctx)
	if err != nil {
		return err
	}
	return p.conn.Close()
}

func openPortal(ctx context.Context) (*portal, error) {
	ctx, cancel := context.WithTimeout(ctx, portalTimeout)
	defer cancel()
	conn, err := sessionbus.Connect(ctx, context.Background())
	if err != nil {
		return nil, err
	}
	p := &portal{conn: conn}
	if err = p.check(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return p, nil
}

// check starts the portal if it is not running, and checks the version of its file
// chooser. Folders need version 3.
func (p *portal) check(ctx context.Context) error {
	const oldest = 3
	var version dbus.Variant
	if err := p.conn.Object(portalName, portalPath).CallWithContext(ctx, busName+".Properties.Get", 0, chooser, "version").Store(&version); err != nil {
		return err
	}
	if v, ok := version.Value().(uint32); !ok || v < oldest {
		return fmt.Errorf("its version is %v, and %d or later is needed", version, oldest)
	}
	return p.conn.BusObject().CallWithContext(ctx, busName+".GetNameOwner", 0, portalName).Store(&p.owner)
}

func showPortal(ctx context.Context, r Request) ([]string, error) {
	p, err := openPortal(ctx)
	if err != nil {
		return nil, err
	}
	defer p.conn.Close()
	signals := make(chan *dbus.Signal, 16)
	p.conn.Signal(signals)
	if err := p.watch(ctx); err != nil {
		return nil, err
	}
	dialog, err := p.open(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("the desktop did not open its dialog: %w", err)
	}
	for {
		select {
		case s := <-signals:
			if s == nil {
				return nil, errors.New("the desktop session ended while the dialog was open")
			}
			if paths, err := p.answer(s, dialog); paths != nil || err != nil {
				return paths, err
			}
		case <-ctx.Done():
			p.conn.Object(portalName, dialog).Go(request+".Close", dbus.FlagNoReplyExpected, nil)
			return nil, ctx.Err()
		}
	}
}

// watch subscribes to the answer, before the request, and to the end of the portal.
func (p *portal) watch(ctx context.Context) error {
	return errors.Join(
		p.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(portalName), dbus.WithMatchInterface(request), dbus.WithMatchMember("Response")),
		p.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, portalName)),
	)
}

// open opens the dialog and returns its object.
func (p *portal) open(ctx context.Context, r Request) (dialog dbus.ObjectPath, err error) {
	ctx, cancel := context.WithTimeout(ctx, portalTimeout)
	defer cancel()
	method, options := chooser+".OpenFile", map[string]dbus.Variant{
		"multiple":  dbus.MakeVariant(r.Multiple),
		"directory": dbus.MakeVariant(r.Folder),
	}
	if r.Save {
		method, options = chooser+".SaveFile", map[string]dbus.Variant{}
		if r.Name != "" {
			options["current_name"] = dbus.MakeVariant(validText(r.Name))
		}
	}
	if r.Dir != "" {
		options["current_folder"] = dbus.MakeVariant([]byte(r.Dir + "\x00"))
	}
	if len(r.Types) > 0 {
		options["filters"] = dbus.MakeVariant(portalFilters(r.Types))
	}
	const noParent = "" // the browser's window is not known
	err = p.conn.Object(portalName, portalPath).CallWithContext(ctx, method, 0, noParent, r.title(), options).Store(&dialog)
	return dialog, err
}

// A portalFilter shows the files that match one of its patterns.
type portalFilter struct {
	Name     string
	Patterns []portalPattern
}

// A portalPattern with Kind 0 is a glob.
type portalPattern struct {
	Kind uint32
	Glob string
}

func portalFilters(types []string) []portalFilter {
	filter := portalFilter{Name: typesText(types)}
	for _, glob := range globs(types) {
		filter.Patterns = append(filter.Patterns, portalPattern{Glob: glob})
	}
	return []portalFilter{filter, {allFiles, []portalPattern{{Glob: "*"}}}}
}

// answer returns the answer of the dialog if s is the answer. It returns an error if
// there will be no answer.
func (p *portal) answer(s *dbus.Signal, dialog dbus.ObjectPath) ([]string, error) {
	switch {
	case s.Sender == busName && s.Name == busName+".NameOwnerChanged":
		return nil, errors.New("the desktop portal ended while the dialog was open; try again")
	case s.Sender != p.owner || s.Path != dialog || s.Name != request+".Response":
		return nil, nil
	}
	var code uint32
	details := map[string]dbus.Variant{}
	if err := dbus.Store(s.Body, &code, &details); err != nil {
		return nil, fmt.Errorf("the answer of the desktop's dialog: %w", err)
	}
	switch code {
	case 0:
	default: // 1 is Cancel; 2 comes from the window's Escape key and close button
		return nil, ErrCanceled
	}
	uris, ok := details["uris"].Value().([]string)
	if !ok {
		return nil, errors.New("the answer of the desktop's dialog has no list of files")
	}
	chosen := []string{}
	for _, uri := range uris {
		path, ok := paths.FromURI(uri)
		if !ok {
			return nil, fmt.Errorf("the desktop's dialog returned %.200q, which is not a file on this computer", uri)
		}
		chosen = append(chosen, path)
	}
	return chosen, nil
}
