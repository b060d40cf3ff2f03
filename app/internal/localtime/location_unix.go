//go:build !windows

package localtime

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// A zone is what a zone file said when it was read.
type zone struct {
	path     string
	file     os.FileInfo
	location *time.Location
}

var lastRead atomic.Pointer[zone]

// location returns what the system's zone file says, which is read again when it
// is another one than last time. As long as it cannot be read, what was read last
// stands, and before that time.Local.
func location() *time.Location {
	path := zoneFile()
	if path == "" {
		return time.Local
	}
	last := lastRead.Load()
	if last == nil || last.path != path {
		last = &zone{path: path, location: time.Local}
	}
	file, err := os.Stat(path) // before the content: a change in between is seen next time
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

// zoneFile returns the file that package time takes the local zone from, or ""
// if the variable TZ says which zone it is: that does not change while a program
// runs.
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
