package web

import (
	"errors"
	"net"
	"net/http"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/dibbler"
)

// Guard adds the program's checks to services of a plug-in. Their addresses must be
// loopback addresses. The [OwnerFilter] is called before the filter of a listener and
// after those that a server already has, and the origin check before the pages of servers.
// If Guard returns an error, it has not changed any service, and it has closed the
// listeners of servers, as dibbler.Context.Add does.
func (s *Site) Guard(services ...dibbler.Service) error {
	for _, service := range services {
		if err := checkService(service); err != nil {
			return errors.Join(err, closeListeners(services))
		}
	}
	for _, service := range services {
		switch service := service.(type) {
		case *dibbler.Listener:
			service.Filter = bothFilters{s.c.Filter, service.Filter}
		case *dibbler.Server:
			wrap := service.Wrap
			service.Wrap = func(next http.Handler) http.Handler {
				if wrap != nil {
					next = wrap(next)
				}
				return s.checkOrigin(next)
			}
			if err := service.Register(s.c.Filter); err != nil {
				return err
			}
		}
	}
	return nil
}

// closeListeners closes the listeners of servers.
func closeListeners(services []dibbler.Service) (err error) {
	for _, service := range services {
		if s, ok := service.(*dibbler.Server); ok && s != nil {
			for _, l := range s.Listeners {
				if l != nil {
					err = errors.Join(err, l.Close())
				}
			}
		}
	}
	return err
}

func checkService(service dibbler.Service) error {
	switch service := service.(type) {
	case *dibbler.Listener:
		if service == nil {
			return errors.New("cannot add a nil *dibbler.Listener")
		}
		return loopback.CheckAddr(service.Addr)
	case *dibbler.Server:
		if service == nil {
			return errors.New("cannot add a nil *dibbler.Server")
		}
		return checkServer(service)
	}
	return nil
}

func checkServer(s *dibbler.Server) error {
	if len(s.Listeners) == 0 {
		if s.Addr == "" {
			return nil // the default is a loopback address
		}
		return loopback.CheckAddr(s.Addr)
	}
	for _, l := range s.Listeners {
		if l == nil {
			continue // adding the server returns an error
		}
		if err := loopback.CheckAddr(l.Addr().String()); l.Addr().Network() != "unix" && err != nil {
			return err
		}
	}
	return nil
}

// checkOrigin returns the origin check of a server. Its port is known only with the first
// request.
func (s *Site) checkOrigin(next http.Handler) http.Handler {
	var checks sync.Map // of *originCheck, by port
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
		if !ok { // a Unix socket, which web pages cannot reach
			next.ServeHTTP(w, r)
			return
		}
		check, ok := checks.Load(at.Port)
		if !ok {
			check, _ = checks.LoadOrStore(at.Port, s.c.originCheck(at.Port, nil, next))
		}
		check.(*originCheck).ServeHTTP(w, r)
	})
}

// bothFilters accepts connections that both filters accept. The second may be nil.
type bothFilters [2]dibbler.ConnFilter

// OnIncomingConnection implements [dibbler.ConnFilter].
func (b bothFilters) OnIncomingConnection(conn net.Conn) bool {
	return b[0].OnIncomingConnection(conn) && (b[1] == nil || b[1].OnIncomingConnection(conn))
}
