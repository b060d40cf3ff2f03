package form

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// parseDisposition parses the Content-Disposition of a part of a form. Browsers write name
// and filename (HTML standard, multipart/form-data encoding algorithm) in quotes, with %22,
// %0D and %0A for a quote, CR and LF, and with literal backslashes. Other clients write \"
// for a quote and \\ for a backslash, leave out the quotes, or send filename* (RFC 5987).
func parseDisposition(s string) (name, filename string, err error) {
	kind, rest, more := strings.Cut(s, ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "form-data") {
		return "", "", errors.New("want form-data")
	}
	values := map[string]string{}
	for more {
		var key, value string
		key, rest, more = strings.Cut(rest, "=")
		key = strings.ToLower(strings.TrimSpace(key))
		if !more && key == "" {
			break // after a semicolon at the end
		}
		if value, rest, more, err = cutValue(rest); err != nil {
			return "", "", err
		}
		if _, twice := values[key]; twice {
			return "", "", fmt.Errorf("duplicate %s", key)
		}
		values[key] = value
	}
	name, ok := values["name"]
	if !ok {
		return "", "", errors.New("no name")
	}
	filename = unescape(values["filename"])
	if extended, ok := values["filename*"]; ok {
		if filename, err = parseExtended(extended); err != nil {
			return "", "", err
		}
	}
	return toUTF8(unescape(name)), toUTF8(filename), nil
}

// cutValue cuts the value of a parameter and the following semicolon from the beginning of
// s. more says that there was a semicolon.
func cutValue(s string) (value, rest string, more bool, err error) {
	s = strings.TrimLeft(s, " \t")
	if !strings.HasPrefix(s, `"`) {
		value, rest, more = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest, more, nil
	}
	// A quote that is not followed by a semicolon or the end is part of the value.
	escaped := false
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		after := strings.TrimLeft(s[i+1:], " \t")
		if after != "" && after[0] != ';' {
			escaped = escaped || s[i-1] == '\\'
			continue
		}
		value = s[1:i]
		if escaped { // so a browser has not written it
			value = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(value)
		}
		return value, strings.TrimPrefix(after, ";"), after != "", nil
	}
	return "", "", false, errors.New("no closing quote")
}

// parseExtended parses a value such as UTF-8'en'caf%C3%A9.
func parseExtended(s string) (string, error) {
	charset, rest, _ := strings.Cut(s, "'")
	_, text, ok := strings.Cut(rest, "'")
	if !ok || !strings.EqualFold(charset, "utf-8") {
		return "", errors.New("filename* is not in UTF-8")
	}
	return url.PathUnescape(text)
}

var unescaper = strings.NewReplacer("%22", `"`, "%0D", "\r", "%0d", "\r", "%0A", "\n", "%0a", "\n")

// unescape decodes the escapes of the HTML standard in names.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return unescaper.Replace(s)
}
