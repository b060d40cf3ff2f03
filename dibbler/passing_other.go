//go:build !unix && !windows

package dibbler

// passing are the errors of accepting a connection that pass, beside those that say
// so themselves.
var passing []error
