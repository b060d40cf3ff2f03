//go:build (linux && !android) || freebsd || openbsd || netbsd

package notice

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
	"github.com/dibbler-app/dibbler/app/internal/sessionbus"
	"github.com/godbus/dbus/v5"
)

// A system shows notices through the service of the Desktop Notifications Specification. It
// has a connection to the session bus only while notices are shown.
type system struct {
	c   Config
	ctx context.Context // for the connections

	mu      sync.Mutex // held while a notice is shown, so that its signals are handled later
	session *session   // nil while no notice is shown
	icon    string     // the URI of the icon's file
}

func newSystem(ctx context.Context, c Config) *system { return &system{c: c, ctx: ctx} }

func (s *system) show(ctx context.Context, n Notice) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.icon == "" {
		s.icon = s.keepIcon()
	}
	if s.session == nil {
		var err error
		if s.session, err = s.connect(ctx); err != nil {
			return err
		}
		go s.follow(s.session)
	}
	defer s.closeIdle()
	return s.session.show(ctx, n, s.c, s.icon)
}

// keepIcon returns the URI of a file with the program's icon.
func (s *system) keepIcon() string {
	if err := atomicfile.Write(s.c.IconFile, s.c.Icon, 0o600); err != nil {
		slog.Warn("cannot write the icon for notices", "err", err)
		return "dialog-information" // an icon of the desktop's theme
	}
	return (&url.URL{Scheme: "file", Path: s.c.IconFile}).String()
}

// connect connects to the session bus.
func (s *system) connect(ctx context.Context) (*session, error) {
	bus, err := sessionbus.Connect(ctx, s.ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to the session bus to show notices: %w", err)
	}
	of := &session{bus: bus, signals: make(chan *dbus.Signal, 16), open: map[uint32]shownNotice{}}
	if err := of.subscribe(ctx); err != nil {
		of.close()
		return nil, fmt.Errorf("cannot receive signals of the session bus to show notices: %w", err)
	}
	return of, nil
}

// follow opens the pages of clicked notices, until no notice is shown.
func (s *system) follow(of *session) {
	for signal := range of.signals {
		s.mu.Lock()
		page := of.receive(signal)
		s.closeIdle()
		s.mu.Unlock()
		if page != "" {
			s.c.Open(page)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == of { // the connection has ended
		of.close()
		s.session = nil
	}
}

// closeIdle closes the connection if no notice is shown.
func (s *system) closeIdle() {
	if s.session != nil && len(s.session.open) == 0 {
		s.session.close()
		s.session = nil
	}
}
