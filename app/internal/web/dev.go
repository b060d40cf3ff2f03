package web

import (
	"log/slog"
	"net/http"

	"github.com/dibbler-app/dibbler/app/internal/dev"
)

// devEvent is the event for pages under dibble dev. Plug-ins cannot publish it.
const devEvent = ".dev"

// devPages is a plug-in with the script of pages under dibble dev.
type devPages struct{}

// OnAppDevJs serves the script.
func (devPages) OnAppDevJs(w http.ResponseWriter, r *http.Request) { devScript().serve(w, r) }

// addDev publishes the states of dibble dev to pages.
func (s *Site) addDev(pipe *dev.Pipe) error {
	pipe.Tell(func(state dev.State) {
		if err := s.own.events.put(devEvent, state); err != nil {
			slog.Error("cannot show problems on pages", "err", err)
		}
	})
	return s.server.Register(devPages{})
}
