package localtime

import (
	"syscall"
	"time"
)

// These are results of GetTimeZoneInformation.
const (
	standardTime = 1
	daylightTime = 2
)

// location returns a zone with the current offset from UTC. Windows returns the offset of
// the current zone; package time asks only once.
func location() *time.Location {
	var zone syscall.Timezoneinformation
	season, err := syscall.GetTimeZoneInformation(&zone)
	if err != nil {
		return time.Local
	}
	bias := zone.Bias // minutes west of UTC
	switch season {
	case standardTime:
		bias += zone.StandardBias
	case daylightTime:
		bias += zone.DaylightBias
	}
	return time.FixedZone("Local", -60*int(bias))
}
