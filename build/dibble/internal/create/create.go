// Package create makes a tool in a new folder.
package create

import (
	"context"
	"errors"
)

// Run does it with the arguments of the command line.
func Run(ctx context.Context, args []string) error { return errors.New("not there yet") }
