// Package localtime returns the time in the computer's current time zone.
//
// Package time reads the time zone once, at its first use. So a program that runs for
// weeks would show the wrong day after its owner has travelled. Assigning time.Local
// would be a race.
package localtime

import "time"

// Now returns the current time in the current time zone. It may be called concurrently.
// Use the location of the result only for times near it: on Windows it has no changes to
// or from summer time.
func Now() time.Time { return time.Now().In(location()) }
