package app

import "github.com/dibbler-app/dibbler/app/internal/faketest"

// ExampleTest replaces the t of a test in the examples.
var ExampleTest = faketest.New()

// These are plug-ins of the programs that the tests start.
type (
	Plain  = plain
	Brewer = brewer
)

// TeaOpens lists the files and addresses that Brewer opens.
var TeaOpens = teaOpens
