package dibbler

import (
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
)

// connFilter returns a function that asks the filters of s about a connection, or nil if
// there are none.
func (s *Server) connFilter() func(net.Conn) bool {
	return newConnFilter(s.currentPages().filters, s.logger())
}

// newConnFilter returns a function that reports whether all filters allow a connection, or
// nil if there are no filters.
func newConnFilter(filters []ConnFilter, logger *slog.Logger) func(net.Conn) bool {
	if len(filters) == 0 {
		return nil
	}
	return func(conn net.Conn) bool {
		for _, f := range filters {
			if !isAllowed(f, conn, logger) {
				return false
			}
		}
		return true
	}
}

// isAllowed reports whether f allows conn. If f panics, it does not.
func isAllowed(f ConnFilter, conn net.Conn, logger *slog.Logger) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			ok = false
			logger.Error("dibbler: connection refused because its filter panicked", "filter", fmt.Sprintf("%T", f), "panic", v, "stack", string(debug.Stack()))
		}
	}()
	return f.OnIncomingConnection(conn)
}
