// Package server serves plug-ins for tests.
package server

import (
	"context"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Start serves a plug-in with s until the test ends, and returns its URL.
func Start(t testing.TB, s *dibbler.Server, plugin any) (url string) {
	t.Helper()
	s.Addr = "127.0.0.1:0"
	if err := s.Register(plugin); err != nil {
		t.Fatal(err)
	}
	env := new(dibbler.Context)
	if err := env.Add(s); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- env.Run(context.Background()) }()
	t.Cleanup(func() {
		env.Stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s.URL()
}
