package dibbler

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
)

// OneAtATime is embedded in a plug-in whose methlets must not run concurrently, as in the
// original Dibbler. A request waits for its turn after its form has been read. It keeps
// waiting if its client disconnects, because the server cannot tell this from a client that
// has closed only its sending half. Register such a plug-in only once, because each
// registration lets one methlet run.
//
// Only methlets are affected. Data that they share with other functions, such as tasks and
// handlers that were passed to [Server.Handle], still needs a lock.
//
//	type Counter struct {
//		dibbler.OneAtATime
//		n int
//	}
type OneAtATime struct{}

// A pluginLock allows one methlet of a plug-in to run at a time. A nil pluginLock allows
// all.
type pluginLock chan struct{}

func newPluginLock(plugin reflect.Type) pluginLock {
	if plugin.Kind() == reflect.Pointer {
		plugin = plugin.Elem()
	}
	if !embeds(plugin, oneAtATimeType, nil) {
		return nil
	}
	return make(pluginLock, 1)
}

var oneAtATimeType = reflect.TypeFor[OneAtATime]()

// namedOneAtATime returns the name of a field of a plug-in that is a OneAtATime but is not
// embedded, and so has no effect.
func namedOneAtATime(plugin reflect.Type) string {
	if plugin.Kind() == reflect.Pointer {
		plugin = plugin.Elem()
	}
	if plugin.Kind() != reflect.Struct {
		return ""
	}
	for f := range plugin.Fields() {
		if !f.Anonymous && f.Type == oneAtATimeType {
			return f.Name
		}
	}
	return ""
}

// embeds reports whether the struct type t embeds embedded, directly or through another
// embedded struct. Checking for a promoted method would not do: if two embedded structs
// have it, it is not promoted.
func embeds(t, embedded reflect.Type, parents []reflect.Type) bool {
	if t.Kind() != reflect.Struct || slices.Contains(parents, t) {
		return false
	}
	parents = append(parents, t)
	for f := range t.Fields() {
		typ := f.Type
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if f.Anonymous && (typ == embedded || embeds(typ, embedded, parents)) {
			return true
		}
	}
	return false
}

// lock waits for the lock. It returns an error if the environment is cut before.
func (l pluginLock) lock(r *http.Request) error {
	if l == nil {
		return nil
	}
	var cut <-chan struct{}
	if c := connOf(r); c != nil {
		cut = c.cut
	}
	select {
	case l <- struct{}{}:
		return nil
	case <-cut:
		return errors.New("the environment was cut while the page waited for another page of its plug-in")
	}
}

func (l pluginLock) unlock() {
	if l != nil {
		<-l
	}
}

// wrap returns serve with the lock held while it runs.
func (l pluginLock) wrap(serve func(*Response, *http.Request) error) func(*Response, *http.Request) error {
	if l == nil {
		return serve
	}
	return func(w *Response, r *http.Request) error {
		if err := l.lock(r); err != nil {
			return err
		}
		defer l.unlock()
		return serve(w, r)
	}
}
