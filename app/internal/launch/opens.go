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

// Opens is a kind of file, or a scheme of addresses, that a program opens.
type Opens struct {
	Ext, MIME, Title string // of files
	Scheme           string // of addresses
}

// The syntax of names is checked without regular expressions, because compiling them
// would take longer than the rest of Check, at each start.

const smallLetters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"

// consistsOf reports whether s begins with a character of first, and all others are of first
// or of more.
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

// taken are schemes that mean something else on every desktop.
var taken = []string{"http", "https", "file", "ftp", "mailto", "tel", "sms", "javascript", "vbscript", "data", "blob", "filesystem", "about", "view-source", "ws", "wss", "smb", "ssh", "sftp", "nfs", "ldap", "telnet", "news", "irc", "magnet"}

// Check returns an error that says what is wrong with the first of all that cannot be
// registered.
func Check(all []Opens) error {
	for i, o := range all {
		if err := o.check(); err != nil {
			return fmt.Errorf("number %d of what it opens: %w", i+1, err)
		}
		for _, before := range all[:i] {
			if o.Scheme != "" && o.Scheme == before.Scheme || o.Ext != "" && strings.EqualFold(o.Ext, before.Ext) {
				return fmt.Errorf("number %d of what it opens: %s is there twice", i+1, o.Scheme+o.Ext)
			}
		}
	}
	return nil
}

func (o Opens) check() error {
	switch {
	case o.Scheme != "" && (o.Ext != "" || o.MIME != ""):
		return errors.New("it has a Scheme and an Ext or a MIME; make two of it")
	case o.Scheme == "" && o.Ext == "":
		return errors.New("it has neither Ext, such as .tea, nor Scheme, such as tea")
	case o.Scheme != "":
		if !isScheme(o.Scheme) {
			return fmt.Errorf("the scheme %q: want two small letters or more, then also digits, +, . and -, such as tea", o.Scheme)
		}
		if slices.Contains(taken, o.Scheme) {
			return fmt.Errorf("the scheme %s belongs to other programs; choose one of your own", o.Scheme)
		}
		return nil
	case !isExtension(o.Ext):
		return fmt.Errorf("the extension %q: want a dot and letters or digits, such as .tea", o.Ext)
	case strings.TrimSpace(o.Title) == "" || strings.ContainsFunc(o.Title, unicode.IsControl):
		return fmt.Errorf("the extension %s needs a Title, in one line, such as %q", o.Ext, "Tea plan")
	}
	if !isMIMEType(o.MIME) {
		return fmt.Errorf("the extension %s needs a MIME type in small letters, such as application/x-tea, and not %q", o.Ext, o.MIME)
	}
	return nil
}

// What a launch may bring.
const (
	maxArgs   = 100
	maxArg    = 4096  // bytes
	maxAllArg = 30000 // bytes; Windows allows some more for the whole command line
)

// CheckArgs returns what the arguments of a launch from the folder dir are to a program
// that opens all: absolute paths of files with its extensions, and addresses with its
// schemes. The error is for the person who has launched it.
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
		return nil, errors.New("the names of these files are too long together; open fewer at once")
	}
	return checked, nil
}

func checkArg(all []Opens, arg, dir string) (string, error) {
	switch {
	case arg == "":
		return "", errors.New("an empty name was given to be opened")
	case len(arg) > maxArg:
		return "", fmt.Errorf("%.60q… is too long to be opened", arg)
	case strings.ContainsFunc(arg, unicode.IsControl):
		return "", fmt.Errorf("%q has characters that no name should have; rename the file", arg)
	}
	if name, rest, ok := strings.Cut(arg, ":"); ok && isScheme(strings.ToLower(name)) {
		name = strings.ToLower(name)
		if !slices.ContainsFunc(all, func(o Opens) bool { return o.Scheme == name }) {
			return "", fmt.Errorf("addresses that begin with %s: are not opened by this program", name)
		}
		if _, err := url.Parse(name + ":" + rest); err != nil || !utf8.ValidString(rest) {
			return "", fmt.Errorf("%q is no address", arg)
		}
		return name + ":" + rest, nil
	}
	path := arg
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if path = filepath.Clean(path); !filepath.IsAbs(path) {
		return "", fmt.Errorf("%q is in a folder that is not there any more; give the whole path", arg)
	}
	if runtime.GOOS == "windows" && !isWindowsFile(arg, path) {
		return "", fmt.Errorf("%q is no file of this computer's drives", arg)
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

// isWindowsFile reports whether path, as which arg was understood, is a file on a drive:
// opening one of another computer, \\evil.test\x, would log in there, and names such as
// CON are devices, in any folder.
func isWindowsFile(arg, path string) bool {
	slashes := func(s string) bool { return strings.HasPrefix(filepath.ToSlash(s), "//") }
	volume := filepath.VolumeName(path)
	if slashes(arg) || slashes(path) || len(volume) != 2 || strings.Contains(path[len(volume):], ":") {
		return false
	}
	return filepath.IsLocal(filepath.Base(path))
}
