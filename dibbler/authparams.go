package dibbler

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// maxAuthParams is the maximum number of parameters of a header. Digest has eleven.
const maxAuthParams = 32

// parseAuthParams parses the comma-separated name=value pairs of an Authorization field
// (RFC 9110, section 11.2). It returns the names in lower case.
func parseAuthParams(s string) (map[string]string, error) {
	params := map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return params, nil
		}
		if len(params) == maxAuthParams {
			return nil, fmt.Errorf("it has more than %d parameters", maxAuthParams)
		}
		name, rest, ok := strings.Cut(s, "=")
		name = strings.ToLower(strings.TrimRight(name, " \t"))
		if !ok || !isToken(name) {
			return nil, errors.New("it is not a list of name=value pairs")
		}
		if _, twice := params[name]; twice {
			return nil, fmt.Errorf("it has %s twice", form.Shorten(name, 60))
		}
		value, rest, err := parseAuthValue(strings.TrimLeft(rest, " \t"))
		if err != nil {
			return nil, fmt.Errorf("its %s %w", form.Shorten(name, 60), err)
		}
		params[name] = value
		s = strings.TrimLeft(rest, " \t")
		if s != "" && s[0] != ',' {
			return nil, fmt.Errorf("its %s is not followed by a comma", form.Shorten(name, 60))
		}
	}
}

// parseAuthValue parses the token or quoted string at the beginning of s.
func parseAuthValue(s string) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ", \t")
		if end < 0 {
			end = len(s)
		}
		if !isToken(s[:end]) {
			return "", "", errors.New("is neither a token nor in quotes")
		}
		return s[:end], s[end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			i++
			if i == len(s) {
				return "", "", errors.New("has no closing quote")
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New("has no closing quote")
}

// isToken reports whether s is a token (RFC 9110, section 5.6.2). It also accepts other
// printable characters than a token may have, because some clients do not quote values
// with them.
func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == '"' || s[i] == ',' {
			return false
		}
	}
	return s != ""
}

// userName returns the user name in params. Some clients send names that are not ASCII as
// username* in the encoding of RFC 8187.
func userName(params map[string]string) (string, error) {
	plain, isPlain := params["username"]
	encoded, isEncoded := params["username*"]
	switch {
	case isPlain && isEncoded:
		return "", errors.New("it has both username and username*")
	case isPlain:
		return plain, nil
	case !isEncoded:
		return "", errors.New("it has no username")
	}
	charset, rest, _ := strings.Cut(encoded, "'")
	_, text, ok := strings.Cut(rest, "'")
	name, err := url.PathUnescape(text)
	if !ok || !strings.EqualFold(charset, "UTF-8") || err != nil {
		return "", errors.New("its username* is not in the encoding of RFC 8187 with UTF-8")
	}
	return name, nil
}
