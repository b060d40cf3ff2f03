package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// devices are names of devices on Windows. With any extension, they cannot be file names.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)`)

// checkName returns an error if a tool's name cannot be a file name on all systems: it names
// folders, shortcuts and bundles.
func checkName(name string) error {
	switch {
	case name == "" || strings.TrimSpace(name) != name || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "."):
		return fmt.Errorf("name %q: it must not be empty, nor begin or end with a dot or a blank", name)
	case strings.ContainsAny(name, "<>:\"/\\|?*`") || strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("name %q: the installer for Windows does not allow control characters, and none of < > : \" / \\ | ? * `", name)
	case devices.MatchString(name):
		return fmt.Errorf("name %q: Windows does not allow this file name", name)
	}
	return nil
}
