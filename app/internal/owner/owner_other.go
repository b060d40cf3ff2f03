//go:build !linux && !windows && !darwin

package owner

import "fmt"

var sources = []func() (source, error){
	func() (source, error) { return nil, fmt.Errorf("%w: not implemented for this system", ErrUnsupported) },
}

func socketConnected(uintptr) (bool, error) { return false, ErrUnsupported }
