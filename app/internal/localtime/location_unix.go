//go:build !windows

package localtime

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// A zone is the content of a zone file.
type zone struct {
	path     string
	file     os.FileInfo
	location *time.Location
}

var lastRead atomic.Pointer[zone]

// location returns the zone of the system's zone file, which is read again if it has
// changed. If it cannot be read, location returns the last zone, or time.Local if there
// is none.
func location() *time.Location {
	path := zoneFile()
	if path == "" {
		return time.Local
	}
	last := lastRead.Load()
	if last == nil || last.path != path {
		last = &zone{path: path, location: time.Local}
	}
	file, err := os.Stat(path) // before reading, so that a change in between is noticed next time
	if err != nil || last.file != nil && os.SameFile(file, last.file) &&
		file.ModTime().Equal(last.file.ModTime()) && file.Size() == last.file.Size() {
		return last.location
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return last.location
	}
	location, err := time.LoadLocationFromTZData("Local", content)
	if err != nil {
		return last.location
	}
	lastRead.Store(&zone{path, file, location})
	return location
}

// zoneFile returns the file from which package time reads the local zone, or "" if the
// variable TZ sets the zone. TZ does not change while a program runs.
func zoneFile() string {
	tz, ok := os.LookupEnv("TZ")
	if !ok {
		return "/etc/localtime"
	}
	if path := strings.TrimPrefix(tz, ":"); filepath.IsAbs(path) {
		return path
	}
	return ""
}
