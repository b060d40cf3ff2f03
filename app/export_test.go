package app

import "github.com/dibbler-app/dibbler/app/internal/faketest"

// ExampleTest stands in for the test that an example is not.
var ExampleTest = faketest.New()

// Plug-ins of the programs that the tests start.
type (
	Plain  = plain
	Brewer = brewer
)

// TeaOpens is what Brewer opens.
var TeaOpens = teaOpens
