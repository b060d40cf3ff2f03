package notice

import (
	"fmt"
	"strings"
)

// appleScript returns the script that shows n for the program of this name on macOS.
func appleScript(name string, n Notice) string {
	return fmt.Sprintf("display notification %s with title %s subtitle %s", appleString(n.Text), appleString(name), appleString(n.Title))
}

// appleString returns text as a string of AppleScript, in which these two characters are
// special.
func appleString(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
