//go:build !darwin && !windows

package pick

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// start returns the path at which the dialog starts: a file, or a folder with a slash at
// the end.
func (r Request) start() string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/"
	}
	return filepath.Join(cmp.Or(r.Dir, home)) + "/" + r.Name
}

// zenitySeparator does not occur in paths. File names can have any other text.
const zenitySeparator = "//"

var (
	zenity  = command{"zenity", zenityArgs, zenitySeparator, hasScreen}
	kdialog = command{"kdialog", kdialogArgs, "\n", hasScreen}
)

// hasScreen reports whether a program has opened a window, from its standard error.
// Without a screen, the exit status is the same as after Cancel.
func hasScreen(stderr string) bool {
	return !strings.Contains(strings.ToLower(stderr), "open display")
}

func zenityArgs(r Request) []string {
	args := []string{"--file-selection", "--title=" + r.title()}
	switch {
	case r.Folder:
		args = append(args, "--directory")
	case r.Save:
		args = append(args, "--save", "--confirm-overwrite")
	}
	args = append(args, "--filename="+r.start())
	if r.Multiple {
		args = append(args, "--multiple", "--separator="+zenitySeparator)
	}
	if len(r.Types) > 0 {
		args = append(args,
			"--file-filter="+typesText(r.Types)+" | "+strings.Join(globs(r.Types), " "),
			"--file-filter="+allFiles+" | *")
	}
	return args
}

func kdialogArgs(r Request) []string {
	kind := "--getopenfilename"
	switch {
	case r.Folder:
		kind = "--getexistingdirectory"
	case r.Save:
		kind = "--getsavefilename"
	}
	args := []string{"--title", r.title(), kind, r.start()}
	if len(r.Types) > 0 {
		args = append(args, typesText(r.Types)+" ("+strings.Join(globs(r.Types), " ")+")\n"+allFiles+" (*)")
	}
	if r.Multiple {
		args = append(args, "--multiple", "--separate-output")
	}
	return args
}
