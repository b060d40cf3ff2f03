//go:build !darwin && !windows

package pick

import (
	"os"
	"path/filepath"
	"strings"
)

// zenitySeparator is in no path. The names of files can have every other text.
const zenitySeparator = "//"

var (
	zenity  = command{"zenity", zenityArgs, zenitySeparator, hasScreen}
	kdialog = command{"kdialog", kdialogArgs, "\n", hasScreen}
)

// hasScreen reports whether a program has opened a window: if not, it says so, and has the
// same exit status as after Cancel.
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
	if r.Name != "" {
		args = append(args, "--filename="+r.Name)
	}
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
	folder, err := os.UserHomeDir()
	if err != nil {
		folder = "/"
	}
	args := []string{"--title", r.title()}
	switch {
	case r.Folder:
		return append(args, "--getexistingdirectory", folder)
	case r.Save:
		args = append(args, "--getsavefilename", filepath.Join(folder, r.Name))
	default:
		args = append(args, "--getopenfilename", folder)
	}
	if len(r.Types) > 0 {
		args = append(args, typesText(r.Types)+" ("+strings.Join(globs(r.Types), " ")+")\n"+allFiles+" (*)")
	}
	if r.Multiple {
		args = append(args, "--multiple", "--separate-output")
	}
	return args
}
