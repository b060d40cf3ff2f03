package apptest

// These are methods of a Program with a timeout as an argument.
var (
	WaitFor   = (*Program).waitFor
	Published = (*Program).published
)
