//go:build (linux && !android) || freebsd || openbsd || netbsd

package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	serviceName = "org.freedesktop.Notifications"
	servicePath = "/org/freedesktop/Notifications"
	busName     = "org.freedesktop.DBus"
)

var errNoService = errors.New("this desktop has no running notification service; start the desktop's own, or a program such as dunst")

// A session is a connection to the session bus, with the notices that are shown through it.
type session struct {
	bus     *dbus.Conn
	signals chan *dbus.Signal // closed with the connection

	owner  string // the connection of the service; empty if unknown
	markup bool   // whether the service treats text as markup
	number int    // the number of notices that were shown
	open   map[uint32]shownNotice
}

// A shownNotice is a notice that the owner may click.
type shownNotice struct {
	Notice
	number int
}

func (s *session) close() { s.bus.Close() } // returns an error if it is already closed

// subscribe subscribes to signals.
func (s *session) subscribe(ctx context.Context) error {
	s.bus.Signal(s.signals)
	return errors.Join(
		s.bus.AddMatchSignalContext(ctx, dbus.WithMatchSender(serviceName), dbus.WithMatchInterface(serviceName), dbus.WithMatchObjectPath(servicePath)),
		s.bus.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchInterface(busName), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, serviceName)),
	)
}

// show shows n. If the service has just ended, it tries again with another.
func (s *session) show(ctx context.Context, n Notice, c Config, icon string) error {
	for again := true; ; again = false {
		err := s.find(ctx)
		if err == nil {
			err = s.notify(ctx, n, c, icon)
		}
		if !isUnknown(err) {
			return err
		}
		s.forget()
		if !again {
			return errNoService
		}
	}
}

// find finds the service. If it is not running, the bus starts it.
func (s *session) find(ctx context.Context) error {
	if s.owner != "" {
		return nil
	}
	var owner string
	err := s.bus.BusObject().CallWithContext(ctx, busName+".GetNameOwner", 0, serviceName).Store(&owner)
	if isUnknown(err) {
		err = s.bus.BusObject().CallWithContext(ctx, busName+".StartServiceByName", 0, serviceName, uint32(0)).Err
		if err == nil {
			err = s.bus.BusObject().CallWithContext(ctx, busName+".GetNameOwner", 0, serviceName).Store(&owner)
		}
	}
	if err != nil {
		return fmt.Errorf("finding the notification service: %w", err)
	}
	s.markup, err = s.takesMarkup(ctx, owner)
	if err != nil {
		return fmt.Errorf("asking the notification service: %w", err)
	}
	s.owner = owner
	return nil
}

// takesMarkup reports whether the service treats text as markup. Dunst also does so if
// its configuration does not mention markup, although it then reports that it does not.
func (s *session) takesMarkup(ctx context.Context, owner string) (bool, error) {
	var capabilities []string
	if err := s.call(ctx, owner, "GetCapabilities").Store(&capabilities); err != nil {
		return false, err
	}
	var name, vendor, version, specification string
	if err := s.call(ctx, owner, "GetServerInformation").Store(&name, &vendor, &version, &specification); err != nil {
		return false, err
	}
	return name == "dunst" || slices.Contains(capabilities, "body-markup"), nil
}

// call calls a method of the service by its connection name, so that the bus does not
// start another.
func (s *session) call(ctx context.Context, owner, method string, args ...any) *dbus.Call {
	return s.bus.Object(owner, servicePath).CallWithContext(ctx, serviceName+"."+method, dbus.FlagNoAutoStart, args...)
}

// escaper escapes text for services that treat it as markup. It leaves quotes, because GNOME
// shows numeric references such as &#39; as they are.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (s *session) notify(ctx context.Context, n Notice, c Config, icon string) error {
	var old uint32 // the notice with the same title, to be replaced
	for id, o := range s.open {
		if o.Title == n.Title {
			old = id
		}
	}
	text := n.Text
	if s.markup {
		text = escaper.Replace(text)
	}
	actions := []string{"default", "Open"} // a click; on Xfce a button with this label
	hints := map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant(c.ID)}
	const timeout = int32(-1) // the service chooses
	var id uint32
	if err := s.call(ctx, s.owner, "Notify", c.Name, old, icon, n.Title, text, actions, hints, timeout).Store(&id); err != nil {
		return fmt.Errorf("the notification service refused a notice: %w", err)
	}
	delete(s.open, old)
	s.number++
	s.open[id] = shownNotice{n, s.number}
	s.closeOldest(ctx)
	return nil
}

// closeOldest closes a notice if there are too many.
func (s *session) closeOldest(ctx context.Context) {
	if len(s.open) <= maxKept {
		return
	}
	var oldest uint32
	for id, o := range s.open {
		if first, ok := s.open[oldest]; !ok || o.number < first.number {
			oldest = id
		}
	}
	delete(s.open, oldest)
	s.call(ctx, s.owner, "CloseNotification", oldest) // fails if it is already closed
}

// receive handles a signal, and returns the page of a notice that was clicked. It accepts
// signals only from the bus and the service, because any program can send any signal to
// this connection.
func (s *session) receive(signal *dbus.Signal) (page string) {
	switch {
	case signal.Sender == busName && signal.Name == busName+".NameOwnerChanged":
		var name, before, now string
		if dbus.Store(signal.Body, &name, &before, &now) == nil && name == serviceName && before == s.owner {
			s.forget()
		}
	case signal.Sender != s.owner:
	case signal.Name == serviceName+".ActionInvoked":
		var id uint32
		var action string
		if dbus.Store(signal.Body, &id, &action) == nil && action == "default" {
			return s.open[id].Page
		}
	case signal.Name == serviceName+".NotificationClosed":
		var id, reason uint32
		if dbus.Store(signal.Body, &id, &reason) == nil {
			delete(s.open, id)
		}
	}
	return ""
}

// forget forgets a service that has ended, and its notices, because each service numbers
// its own notices.
func (s *session) forget() {
	s.owner = ""
	clear(s.open)
}

// isUnknown reports whether err means that no program has a name on the bus or can be
// started for it.
func isUnknown(err error) bool {
	var reply dbus.Error
	return errors.As(err, &reply) &&
		(reply.Name == "org.freedesktop.DBus.Error.ServiceUnknown" || reply.Name == "org.freedesktop.DBus.Error.NameHasNoOwner")
}
