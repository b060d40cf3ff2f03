package apptest

// These are methods of a Program with another timeout.
var (
	WaitFor   = (*Program).waitFor
	Published = (*Program).published
)
