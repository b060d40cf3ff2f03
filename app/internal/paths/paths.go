// Package paths understands the paths that the owner types or pastes into a field, says what
// they lead to, and keeps those that were used.
package paths

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Parse returns the absolute path that a person has typed or pasted: it may be in quotes,
// begin with ~, or be the address of a file. If there is none, problem is a sentence for the
// person.
func Parse(typed string) (path, problem string) {
	path = strings.TrimSpace(typed)
	if n := len(path); n > 1 && (path[0] == '"' || path[0] == '\'') && path[n-1] == path[0] {
		path = path[1 : n-1]
	}
	if strings.HasPrefix(path, "file:") {
		if path, ok := FromURI(path); ok {
			return path, ""
		}
		return "", "This address does not lead to a file on this computer."
	}
	home, err := os.UserHomeDir()
	if path == "~" || strings.HasPrefix(filepath.ToSlash(path), "~/") {
		if err != nil {
			return "", "The home folder is not known here; enter the full path."
		}
		path = home + path[1:]
	}
	if !filepath.IsAbs(path) || strings.Contains(path, "\x00") {
		if err != nil {
			home = filepath.VolumeName(os.TempDir()) + string(filepath.Separator)
		}
		return "", "Enter a full path, such as " + filepath.Join(home, "Documents") + "."
	}
	return filepath.Clean(path), ""
}

// FromURI returns the local path of a file URI, such as file:///tmp/a%20b (RFC 8089), and
// whether it is one.
func FromURI(uri string) (path string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" || u.User != nil || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	path = u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/")
	}
	path = filepath.FromSlash(path)
	return filepath.Clean(path), filepath.IsAbs(path) && !IsRemote(path) && !strings.Contains(path, "\x00")
}

// IsRemote reports whether path names another computer, as \\server\share does on Windows.
// Looking at such a path connects to that computer, and may log in there.
func IsRemote(path string) bool {
	return runtime.GOOS == "windows" && strings.HasPrefix(filepath.ToSlash(path), "//")
}
