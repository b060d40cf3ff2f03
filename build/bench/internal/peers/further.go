package peers

import (
	"net/http"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Further pages are plug-ins of one methlet each. A methlet is a method of its
// own, so a thousand of them are a long file, which no reader needs: the benchmark
// writes it, and builds the program with it in place of this one.
var further = []any{p0{}}

type p0 struct{}

func (p0) OnP0(w *dibbler.Response, r *http.Request) error { return writePage(w) }
