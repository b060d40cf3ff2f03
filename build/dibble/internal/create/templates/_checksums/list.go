package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// A list maps the names of files, with slashes, to their checksums.
type list map[string]string

func readList(name string) (list, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseList(f)
}

// parseList parses a list in the format of sha256sum of the GNU core utilities. A line
// has a checksum, a space, a space or a star, and a name. If it begins with a backslash,
// the name has escapes. Lines that begin with # are comments.
func parseList(r io.Reader) (list, error) {
	sums := list{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSuffix(strings.TrimPrefix(lines.Text(), "\ufeff"), "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		sum, name, ok := parseLine(line)
		if !ok {
			return nil, fmt.Errorf("line %d is not in the format of sha256sum: %.80q", n, line)
		}
		if other, ok := sums[name]; ok && other != sum {
			return nil, fmt.Errorf("line %d has a different checksum for %q than an earlier line", n, name)
		}
		sums[name] = sum
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, errors.New("its lines are too long for a list of checksums")
	case err == nil && len(sums) == 0:
		return nil, errors.New("it has no checksums")
	default:
		return sums, err
	}
}

const hexLength = 64 // the length of a SHA-256 in hex

func parseLine(line string) (sum, name string, ok bool) {
	line, escaped := strings.CutPrefix(line, `\`)
	if len(line) < hexLength+3 || line[hexLength] != ' ' || line[hexLength+1] != ' ' && line[hexLength+1] != '*' {
		return "", "", false
	}
	sum, name = strings.ToLower(line[:hexLength]), line[hexLength+2:]
	if strings.Trim(sum, "0123456789abcdef") != "" {
		return "", "", false
	}
	if escaped {
		name = unescape.Replace(name)
	}
	return sum, path.Clean(name), true
}

var (
	escape   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
	unescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
)

// formatLine returns the line for a file in a list.
func formatLine(sum, name string) string {
	if escaped := escape.Replace(name); escaped != name {
		return `\` + sum + "  " + escaped + "\n"
	}
	return sum + "  " + name + "\n"
}
