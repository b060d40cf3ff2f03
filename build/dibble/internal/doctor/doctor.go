// Package doctor says what a machine lacks for making a tool.
package doctor

import (
	"context"
	"errors"
)

// Run does it with the arguments of the command line.
func Run(ctx context.Context, args []string) error { return errors.New("not there yet") }
