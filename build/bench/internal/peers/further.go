package peers

import (
	"net/http"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Further pages are plug-ins with one methlet each. Each methlet is a method, so a thousand of them
// fill a long file. The benchmark writes that file, and builds the program with it instead of
// this one.
var further = []any{p0{}}

type p0 struct{}

func (p0) OnP0(w *dibbler.Response, r *http.Request) error { return writePage(w) }
