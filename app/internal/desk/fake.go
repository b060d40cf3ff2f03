package desk

import "sync/atomic"

// NewFakeLogin returns a Login for tests and for dibble dev. It does not change the
// system.
func NewFakeLogin() *Login { return &Login{entry: new(fakeEntry)} }

// A fakeEntry remembers whether the program would start at login.
type fakeEntry struct{ on atomic.Bool }

func (e *fakeEntry) Enabled() (bool, error) { return e.on.Load(), nil }

func (e *fakeEntry) Enable() error { e.on.Store(true); return nil }

func (e *fakeEntry) Disable() error { e.on.Store(false); return nil }

func (e *fakeEntry) Repair() (moved bool, err error) { return false, nil }
