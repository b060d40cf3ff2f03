package form

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// parseURLEncoded parses s like the application/x-www-form-urlencoded parser of the URL
// standard. Unlike [url.ParseQuery], it accepts everything: invalid escapes and semicolons
// are literal, and invalid UTF-8 becomes U+FFFD.
func parseURLEncoded(s string) url.Values {
	form := url.Values{}
	if s == "" {
		return form
	}
	all := make([]string, 0, strings.Count(s, "&")+1)
	for pair, rest, more := "", s, true; more; {
		if pair, rest, more = strings.Cut(rest, "&"); pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name = decode(name)
		all = append(all, decode(value))
		if values := form[name]; values != nil {
			form[name] = append(values, all[len(all)-1])
		} else {
			form[name] = all[len(all)-1 : len(all) : len(all)]
		}
	}
	return form
}

// decode replaces plus signs, escapes and invalid UTF-8 in s.
func decode(s string) string {
	i := 0
	for i < len(s) && s[i] != '+' && s[i] != '%' && s[i] < utf8.RuneSelf {
		i++
	}
	if i == len(s) {
		return s
	}
	b := append(make([]byte, 0, len(s)), s[:i]...)
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return toUTF8(string(b))
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// toUTF8 replaces invalid UTF-8 in s like the UTF-8 decoder of the Encoding standard: each
// incomplete character becomes one U+FFFD, and so does each byte that cannot begin a
// character.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			for i+n < len(s) && !utf8.FullRuneInString(s[i:i+n+1]) {
				n++
			}
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}
