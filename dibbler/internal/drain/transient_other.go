//go:build !unix && !windows

package drain

// transient are further transient errors of Accept.
var transient []error
