package apptest

// WaitFor is that of a program, with another timeout.
var WaitFor = (*Program).waitFor
