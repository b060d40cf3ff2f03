package localtime

import (
	"syscall"
	"time"
)

// What GetTimeZoneInformation returns.
const (
	standardTime = 1
	daylightTime = 2
)

// location returns a zone with the present offset from UTC. Windows tells the
// offset of the zone that it is set to now; package time asks once.
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
