// Package early has real clients send uploads that are answered before they are
// read: they ask for a login, or are too large. Each client has to see the answer,
// and not a connection that is reset. It holds tests only.
package early
