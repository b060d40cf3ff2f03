//go:build !windows

package pick

import "strings"

// osascript is the program that runs AppleScript on macOS.
var osascript = command{"osascript", osascriptArgs, "\n", func(stderr string) bool {
	const userCanceled = "(-128)" // AppleScript's number of this error
	return strings.Contains(stderr, userCanceled)
}}

// osascriptArgs returns the arguments of osascript. The texts of the request are
// arguments of the script, and not part of it. The folder is the first, because osascript
// would take a first argument that begins with a hyphen for an option.
func osascriptArgs(r Request) []string {
	command := `choose file with prompt (item 2 of argv)`
	switch {
	case r.Folder:
		command = `choose folder with prompt (item 2 of argv)`
	case r.Save:
		command = `choose file name with prompt (item 2 of argv) default name (item 3 of argv)`
	case len(r.Types) > 0:
		command += ` of type (items 4 thru -1 of argv)`
	}
	if r.Dir != "" {
		command += ` default location (POSIX file (item 1 of argv))`
	}
	if r.Multiple {
		command += ` with multiple selections allowed`
	}
	script := `on run argv
activate
set chosen to ` + command + `
if class of chosen is not list then set chosen to {chosen}
set paths to ""
repeat with one in chosen
set paths to paths & POSIX path of one & linefeed
end repeat
return text 1 thru -2 of paths
end run`
	args := []string{"-e", script, r.Dir, r.title(), r.Name}
	for _, t := range r.Types {
		args = append(args, strings.TrimPrefix(t, "."))
	}
	return args
}
