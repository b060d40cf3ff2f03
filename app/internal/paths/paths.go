// Package paths parses the paths that the owner types or pastes into a field, describes
// the files at them, and stores recent paths.
package paths

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Parse returns the absolute path for a typed or pasted text. The text may be in quotes,
// begin with ~, or be a file URI. If it is not a valid path, problem is a sentence for
// the owner.
func Parse(typed string) (path, problem string) {
	path = strings.TrimSpace(typed)
	if n := len(path); n > 1 && (path[0] == '"' || path[0] == '\'') && path[n-1] == path[0] {
		path = path[1 : n-1]
	}
	if strings.HasPrefix(path, "file:") {
		if path, ok := FromURI(path); ok {
			return path, ""
		}
		return "", "This is not the address of a file on this computer."
	}
	home, err := os.UserHomeDir()
	if path == "~" || strings.HasPrefix(filepath.ToSlash(path), "~/") {
		if err != nil {
			return "", "The home folder is not known. Enter the full path."
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

// FromURI returns the local path of a file URI (RFC 8089), such as file:///tmp/a%20b, and
// reports whether uri is one.
func FromURI(uri string) (path string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" || u.User != nil || u.Opaque != "" || strings.ContainsAny(uri, "?#") {
		return "", false
	}
	path = u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/")
	}
	path = filepath.FromSlash(path)
	return filepath.Clean(path), filepath.IsAbs(path) && !IsRemote(path) && !strings.Contains(path, "\x00")
}

// IsRemote reports whether path is on another computer, like \\server\share on Windows.
// Looking up such a path connects to that computer, and may log in there.
func IsRemote(path string) bool {
	return runtime.GOOS == "windows" && strings.HasPrefix(filepath.ToSlash(path), "//")
}
