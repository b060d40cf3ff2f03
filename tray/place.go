package tray

import (
	"context"
	"sync"
)

// place records whether a panel shows the icon, and reports changes.
type place struct {
	reporting sync.Mutex // held while the report function runs; locked before mu

	mu      sync.Mutex
	known   bool  // set was called
	missing error // why no panel shows the icon; nil if one does
}

// set records that a panel shows the icon (nil), or why no panel does. If that is a change,
// it calls report. Calls of report are not concurrent. After ctx is canceled, set does
// nothing.
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

// found reports whether a panel shows the icon.
func (p *place) found() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known && p.missing == nil
}
