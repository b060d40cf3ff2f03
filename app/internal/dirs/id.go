package dirs

import (
	"fmt"
	"slices"
	"strings"
)

// maxID keeps file names with an ID below the limit of 255 bytes.
const maxID = 100

// CheckID returns an error unless id can name files and folders on every system. An ID is
// a simple name ("calendar") or a reversed domain name ("org.example.calendar"). It has
// at most 100 characters: a-z, 0-9, '.' and '-'. The parts between dots are not empty,
// and do not begin or end with '-'.
func CheckID(id string) error {
	if len(id) > maxID {
		return fmt.Errorf("app id of %d characters: at most %d are allowed", len(id), maxID)
	}
	bad := strings.IndexFunc(id, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '.' || r == '-')
	})
	if bad >= 0 {
		return fmt.Errorf("app id %q: only a-z, 0-9, '.' and '-' are allowed", id)
	}
	parts := strings.Split(id, ".")
	for _, part := range parts {
		if part == "" || part[0] == '-' || part[len(part)-1] == '-' {
			return fmt.Errorf("app id %q: each part between dots must begin and end with a letter or a digit", id)
		}
	}
	if IsDevice(parts[0]) {
		return fmt.Errorf("app id %q: %q is the name of a device on Windows", id, parts[0])
	}
	return nil
}

// IsDevice reports whether name is the name of a device on Windows, with any extension.
func IsDevice(name string) bool {
	if slices.Contains([]string{"con", "prn", "aux", "nul"}, name) {
		return true
	}
	if len(name) != 4 || name[3] < '0' || name[3] > '9' {
		return false
	}
	return strings.HasPrefix(name, "com") || strings.HasPrefix(name, "lpt")
}
