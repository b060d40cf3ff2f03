// Package localtime tells the time in the time zone that the computer is set to
// now.
//
// Package time finds out the zone once, at its first use. A program that runs
// for weeks would show the day of the place where it was started to somebody
// who has travelled. Assigning time.Local would race with all who use it.
package localtime

import "time"

// Now returns the present time in the present time zone. It may be called
// concurrently. The location of its result is meant for this moment and those
// near it; on Windows it knows of no change to or from summer time.
func Now() time.Time { return time.Now().In(location()) }
