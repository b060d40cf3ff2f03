package launch

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Opens is a kind of file, or a URL scheme, that a program opens.
type Opens struct {
	Ext, MIME, Title string // for files
	Scheme           string // for addresses
}

// Check does not use regular expressions. Compiling them at each start would take longer
// than the rest of Check.

const smallLetters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"

// consistsOf reports whether s begins with a character in first and has only characters
// in first or more.
func consistsOf(s, first, more string) bool {
	return s != "" && strings.Contains(first, s[:1]) && strings.Trim(s, first+more) == ""
}

func isExtension(s string) bool {
	rest, ok := strings.CutPrefix(s, ".")
	return ok && len(rest) <= 31 && consistsOf(rest, smallLetters+strings.ToUpper(smallLetters)+digits, "_+-")
}

func isMIMEType(s string) bool {
	kind, subtype, ok := strings.Cut(s, "/")
	return ok && consistsOf(kind, smallLetters+digits, "+._-") && consistsOf(subtype, smallLetters+digits, "+._-")
}

// isScheme reports whether s is a scheme. One letter is a drive on Windows.
func isScheme(s string) bool {
	return 2 <= len(s) && len(s) <= 31 && consistsOf(s, smallLetters, digits+"+.-")
}

// taken lists schemes that have another meaning on every desktop.
var taken = []string{"http", "https", "file", "ftp", "mailto", "tel", "sms", "javascript", "vbscript", "data", "blob", "filesystem", "about", "view-source", "ws", "wss", "smb", "ssh", "sftp", "nfs", "ldap", "telnet", "news", "irc", "magnet"}

// Check returns an error for the first entry of all that cannot be registered.
func Check(all []Opens) error {
	for i, o := range all {
		if err := o.check(); err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
		for _, before := range all[:i] {
			if o.Scheme != "" && o.Scheme == before.Scheme || o.Ext != "" && strings.EqualFold(o.Ext, before.Ext) {
				return fmt.Errorf("entry %d: %s is a duplicate", i+1, o.Scheme+o.Ext)
			}
		}
	}
	return nil
}

func (o Opens) check() error {
	switch {
	case o.Scheme != "" && (o.Ext != "" || o.MIME != ""):
		return errors.New("it has a Scheme and an Ext or a MIME; make two entries")
	case o.Scheme == "" && o.Ext == "":
		return errors.New("it has neither Ext, such as .tea, nor Scheme, such as tea")
	case o.Scheme != "":
		if !isScheme(o.Scheme) {
			return fmt.Errorf("bad scheme %q; use lower-case letters, then also digits, +, . and -, such as tea", o.Scheme)
		}
		if slices.Contains(taken, o.Scheme) {
			return fmt.Errorf("the scheme %s belongs to other programs; choose one of your own", o.Scheme)
		}
		return nil
	case !isExtension(o.Ext):
		return fmt.Errorf("bad extension %q; use a dot and letters or digits, such as .tea", o.Ext)
	case strings.TrimSpace(o.Title) == "" || strings.ContainsFunc(o.Title, unicode.IsControl):
		return fmt.Errorf("the extension %s needs a Title of one line, such as %q", o.Ext, "Tea plan")
	}
	if !isMIMEType(o.MIME) {
		return fmt.Errorf("the extension %s needs a MIME type in lower case, such as application/x-tea, not %q", o.Ext, o.MIME)
	}
	return nil
}

// These are the limits of the arguments of a launch.
const (
	maxArgs   = 100
	maxArg    = 4096  // bytes
	maxAllArg = 30000 // bytes; Windows allows slightly more for the whole command line
)

// CheckArgs checks the arguments of a launch from the folder dir, for a program that
// opens all. It returns absolute paths of files with the program's extensions, and
// addresses with its schemes. The error is for the person who has launched the program.
func CheckArgs(all []Opens, args []string, dir string) ([]string, error) {
	if len(args) > maxArgs {
		return nil, fmt.Errorf("%d files at once are too many; open at most %d", len(args), maxArgs)
	}
	checked, size := make([]string, len(args)), 0
	for i, arg := range args {
		var err error
		if checked[i], err = checkArg(all, arg, dir); err != nil {
			return nil, err
		}
		size += len(checked[i])
	}
	if size > maxAllArg {
		return nil, errors.New("these are too many files at once; open fewer")
	}
	return checked, nil
}

func checkArg(all []Opens, arg, dir string) (string, error) {
	switch {
	case arg == "":
		return "", errors.New("the name of the file to open is empty")
	case len(arg) > maxArg:
		return "", fmt.Errorf("the name %.60q… is too long", arg)
	case strings.ContainsFunc(arg, unicode.IsControl):
		return "", fmt.Errorf("%q has characters that are not allowed in names; rename the file", arg)
	}
	if name, rest, ok := strings.Cut(arg, ":"); ok && isScheme(strings.ToLower(name)) {
		name = strings.ToLower(name)
		if !slices.ContainsFunc(all, func(o Opens) bool { return o.Scheme == name }) {
			return "", fmt.Errorf("this program does not open %s: addresses", name)
		}
		if _, err := url.Parse(name + ":" + rest); err != nil || !utf8.ValidString(rest) {
			return "", fmt.Errorf("%q is not a valid address", arg)
		}
		return name + ":" + rest, nil
	}
	path := arg
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if path = filepath.Clean(path); !filepath.IsAbs(path) {
		return "", fmt.Errorf("%q is in a folder that was removed; use the full path", arg)
	}
	if runtime.GOOS == "windows" && !isWindowsFile(arg, path) {
		return "", fmt.Errorf("%q is not a file on a drive of this computer", arg)
	}
	if !slices.ContainsFunc(all, func(o Opens) bool { return o.Ext != "" && hasExtension(path, o.Ext) }) {
		return "", fmt.Errorf("%q is not a kind of file that this program opens", arg)
	}
	return path, nil
}

func hasExtension(path, ext string) bool {
	name := filepath.Base(path)
	return len(name) > len(ext) && strings.EqualFold(name[len(name)-len(ext):], ext)
}

// isWindowsFile reports whether path, the absolute path of arg, is a file on a drive.
// Opening a file of another computer, \\evil.test\x, would log in there, and names such
// as CON are devices in every folder.
func isWindowsFile(arg, path string) bool {
	slashes := func(s string) bool { return strings.HasPrefix(filepath.ToSlash(s), "//") }
	volume := filepath.VolumeName(path)
	if slashes(arg) || slashes(path) || len(volume) != 2 || strings.Contains(path[len(volume):], ":") {
		return false
	}
	return filepath.IsLocal(filepath.Base(path))
}
