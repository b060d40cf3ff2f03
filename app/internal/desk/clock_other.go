//go:build !linux

package desk

import (
	"context"
	"time"
)

// sleepUntil returns at t, or when ctx is done. If the computer sleeps, it can be late by
// that time.
func sleepUntil(ctx context.Context, t time.Time) { sleepFor(ctx, time.Until(t)) }
