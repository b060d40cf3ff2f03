package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// devices are names that Windows keeps for itself, with any ending.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)`)

// checkName refuses a name that cannot be that of a file on all systems: folders,
// shortcuts and bundles are called by it.
func checkName(name string) error {
	switch {
	case name == "" || strings.TrimSpace(name) != name || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "."):
		return fmt.Errorf("name %q: want one that does not begin or end with a dot or a blank", name)
	case strings.ContainsAny(name, "<>:\"/\\|?*`") || strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("name %q: the installer for Windows takes no control characters and none of < > : \" / \\ | ? * `", name)
	case devices.MatchString(name):
		return fmt.Errorf("name %q: Windows does not allow this file name", name)
	}
	return nil
}
