package dibbler

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
)

// OneAtATime is embedded in a plug-in whose methlets must not run at the same
// time, as they never did in the original Dibbler. A request waits for its turn
// when its form has been read, also when its client goes away: one that closes only
// its sending half looks the same. The turns are those of one server: register such
// a plug-in once.
//
// Other functions take no turns, among them those that are given to [Server.Handle]: what
// they, a task or a line in the tray's menu share with the methlets needs a lock all the
// same.
//
//	type Counter struct {
//		dibbler.OneAtATime
//		n int
//	}
type OneAtATime struct{}

// A turn lets one methlet of a plug-in run at a time. The nil turn lets all.
type turn chan struct{}

func newTurn(plugin reflect.Type) turn {
	if plugin.Kind() == reflect.Pointer {
		plugin = plugin.Elem()
	}
	if !embeds(plugin, oneAtATimeType, nil) {
		return nil
	}
	return make(turn, 1)
}

var oneAtATimeType = reflect.TypeFor[OneAtATime]()

// misplaced returns the name of a field of a plug-in that is a OneAtATime and is not
// embedded, so that it would do nothing.
func misplaced(plugin reflect.Type) string {
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

// embeds reports whether a struct of type t embeds a value of type embedded, also in
// another embedded struct. A method of embedded does not tell: with two of them at one
// depth neither is promoted.
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

// take waits for the turn of r, unless the environment is cut. A nil error is
// followed by pass.
func (t turn) take(r *http.Request) error {
	if t == nil {
		return nil
	}
	var cut <-chan struct{}
	if c := connOf(r); c != nil {
		cut = c.cut
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-cut:
		return errors.New("the environment was cut while the page waited for another one to finish")
	}
}

// pass lets the next one have its turn.
func (t turn) pass() {
	if t != nil {
		<-t
	}
}

// guard makes serve wait for its turn.
func (t turn) guard(serve func(*Response, *http.Request) error) func(*Response, *http.Request) error {
	if t == nil {
		return serve
	}
	return func(w *Response, r *http.Request) error {
		if err := t.take(r); err != nil {
			return err
		}
		defer t.pass()
		return serve(w, r)
	}
}
