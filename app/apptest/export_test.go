package apptest

// These are those of a program, with another timeout.
var (
	WaitFor   = (*Program).waitFor
	Published = (*Program).published
)
