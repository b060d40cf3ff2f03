//go:build !linux

package desk

import (
	"context"
	"time"
)

// sleepUntil returns at t, or when ctx is done. After the computer has slept, it may
// be late by as long as that.
func sleepUntil(ctx context.Context, t time.Time) { sleepFor(ctx, time.Until(t)) }
