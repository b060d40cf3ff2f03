package tray

import (
	"context"
	"sync"
)

// place records whether the icon has a place in a panel, and reports changes.
type place struct {
	reporting sync.Mutex // held while the report function runs; taken before mu

	mu      sync.Mutex
	known   bool  // whether set has been called
	missing error // why there is no place; nil if there is one
}

// set records that the icon has a place (nil), or why it has none. If that is a
// change, it calls report, one call at a time. Once ctx is done it does nothing.
func (p *place) set(ctx context.Context, missing error, report func(error)) {
	p.reporting.Lock()
	defer p.reporting.Unlock()
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	changed := !p.known || (missing == nil) != (p.missing == nil)
	p.known, p.missing = true, missing
	p.mu.Unlock()
	if changed && report != nil {
		report(missing)
	}
}

// found reports whether the icon is known to have a place.
func (p *place) found() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known && p.missing == nil
}
