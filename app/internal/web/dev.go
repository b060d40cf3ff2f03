package web

import (
	"log/slog"
	"net/http"

	"github.com/dibbler-app/dibbler/app/internal/dev"
)

// devEvent is what pages are told under dibble dev. No plug-in can publish it.
const devEvent = ".dev"

// A devPages is the plug-in with what only pages under dibble dev need.
type devPages struct{}

// OnAppDevJs serves the script.
func (devPages) OnAppDevJs(w http.ResponseWriter, r *http.Request) { devScript().serve(w, r) }

// addDev has pages told what dibble dev tells.
func (s *Site) addDev(pipe *dev.Pipe) error {
	pipe.Tell(func(state dev.State) {
		if err := s.own.events.put(devEvent, state); err != nil {
			slog.Error("pages are not told of problems", "err", err)
		}
	})
	return s.server.Register(devPages{})
}

// A devTail is the part of the tail that only pages under dibble dev have.
type devTail struct {
	Script  string
	Version string
	Method  string // of the request for the page
}

func newDevTail(pipe *dev.Pipe, method string) *devTail {
	if pipe == nil {
		return nil
	}
	return &devTail{devScript().url, pipe.Version(), method}
}
