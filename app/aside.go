package app

import (
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

// An aside is a server of nothing but plug-ins, at a free port behind the checks,
// whether the program runs already or not.
type aside struct {
	env    dibbler.Context
	url    string
	filter *web.OwnerFilter
}

// openAside opens an aside of a's plug-ins. The caller closes its filter.
func (a *App) openAside() (*aside, error) {
	at, err := loopback.Listen(0)
	if err != nil {
		return nil, err
	}
	refusals := new(web.Refusals)
	s := &aside{url: loopback.URL(loopback.Port(at)), filter: web.NewOwnerFilter(refusals)}
	server, err := web.NewBare(web.BareConfig{
		Name: a.Name, Plugins: a.Plugins, MaxBody: a.MaxBody, Listeners: at, Filter: s.filter, Refusals: refusals,
	})
	if err == nil {
		err = s.env.Add(server)
	}
	if err != nil {
		s.filter.Close()
		return nil, err
	}
	return s, nil
}
