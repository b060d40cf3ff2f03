package app

import "github.com/dibbler-app/dibbler/app/internal/faketest"

// ExampleTest stands in for the t of a test, in the examples.
var ExampleTest = faketest.New()

// Plug-ins of the programs that the tests start.
type (
	Plain  = plain
	Brewer = brewer
)

// TeaOpens is what Brewer opens.
var TeaOpens = teaOpens
