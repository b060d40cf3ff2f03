// Package nested runs commands of the project's nested modules, which have libraries that
// an author's tool should not inherit, at the version that this command has.
package nested

import (
	"context"
	"errors"
)

// Package makes what people install of the tool in the working folder.
func Package(ctx context.Context, args []string) error { return errors.New("not there yet") }

// Icons draws the icons of the tool in the working folder.
func Icons(ctx context.Context, args []string) error { return errors.New("not there yet") }
