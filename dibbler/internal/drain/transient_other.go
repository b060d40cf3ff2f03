//go:build !unix && !windows

package drain

// transient are the errors of accepting a connection that pass, beside those that say
// so themselves.
var transient []error
