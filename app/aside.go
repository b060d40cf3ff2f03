package app

import (
	"context"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

// An aside is a server of nothing but plug-ins, at a free port behind the checks,
// whether the program runs already or not.
type aside struct {
	env       dibbler.Context
	url       string
	filter    *web.OwnerFilter
	unchecked error // why other users are not kept out; nil: they are
}

// openAside opens an aside of a's plug-ins. The caller closes its filter.
func (a *App) openAside(ctx context.Context) (*aside, error) {
	refusals := new(web.Refusals)
	filter, unchecked, err := web.NewOwnerFilter(ctx, refusals)
	if err != nil {
		return nil, err
	}
	s := &aside{filter: filter, unchecked: unchecked}
	if err := s.open(a, refusals); err != nil {
		filter.Close()
		return nil, err
	}
	return s, nil
}

func (s *aside) open(a *App, refusals *web.Refusals) error {
	at, err := loopback.Listen(0)
	if err != nil {
		return err
	}
	s.url = loopback.URL(loopback.Port(at))
	server, err := web.NewBare(web.BareConfig{
		Name: a.Name, Plugins: a.Plugins, MaxBody: a.MaxBody, Listeners: at, Filter: s.filter, Refusals: refusals,
	})
	if err != nil {
		return err
	}
	return s.env.Add(server)
}
