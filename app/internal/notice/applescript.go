package notice

import (
	"fmt"
	"strings"
)

// appleScript returns a script that shows n for the program of this name on macOS.
func appleScript(name string, n Notice) string {
	return fmt.Sprintf("display notification %s with title %s subtitle %s", appleString(n.Text), appleString(name), appleString(n.Title))
}

// appleString returns text as an AppleScript string. It escapes \ and ".
func appleString(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
