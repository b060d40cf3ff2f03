package ics

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A line of a file can be folded: its further parts are on lines that begin with a blank.
type line struct {
	text       string // unfolded
	begin, end int    // in the text of the file, with the line end
	number     int    // the number of its first part in the file, from 1
}

// lines yields the lines of text. They should end with \r\n, and may end with \n.
func lines(text string) iter.Seq[line] {
	return func(yield func(line) bool) {
		number := 1
		for begin := 0; begin < len(text); {
			first, end := physical(text, begin)
			l := line{first, begin, end, number}
			number++
			if isFolded(text, end) {
				var b strings.Builder
				b.WriteString(first)
				for isFolded(text, l.end) {
					more, end := physical(text, l.end)
					b.WriteString(more[1:])
					l.end = end
					number++
				}
				l.text = b.String()
			}
			if begin = l.end; !yield(l) {
				return
			}
		}
	}
}

// physical returns the line at begin without its line end, and the beginning of the next one.
func physical(text string, begin int) (line string, end int) {
	n := strings.IndexByte(text[begin:], '\n')
	if n < 0 {
		return text[begin:], len(text)
	}
	return strings.TrimSuffix(text[begin:begin+n], "\r"), begin + n + 1
}

func isFolded(text string, at int) bool {
	return at < len(text) && (text[at] == ' ' || text[at] == '\t')
}

// maxOctets is the maximum length of written lines in bytes, without their line ends.
const maxOctets = 75

// fold folds a line, and adds its line end.
func fold(line string) string {
	var b strings.Builder
	for room := maxOctets; len(line) > room; room = maxOctets - 1 {
		n := room
		for n > 1 && !utf8.RuneStart(line[n]) {
			n--
		}
		b.WriteString(line[:n] + "\r\n ")
		line = line[n:]
	}
	return b.String() + line + "\r\n"
}

// refold folds the lines of text again, between characters.
func refold(text string) string {
	var b strings.Builder
	for line := range lines(text) {
		b.WriteString(fold(line.text))
	}
	return b.String()
}

// A property is a line of a component: NAME;PARAM=…:value.
type property struct {
	name   string // in capital letters
	params map[string]string
	value  string
}

// parseProperty parses an unfolded line. ok is false if it has no value.
func parseProperty(text string) (p property, ok bool) {
	n := strings.IndexAny(text, ";:")
	if n <= 0 {
		return p, false
	}
	p.name = strings.ToUpper(text[:n])
	rest := text[n:]
	for strings.HasPrefix(rest, ";") {
		name, after, _ := strings.Cut(rest[1:], "=")
		value, n := paramValue(after)
		if n == len(after) {
			return p, false
		}
		if p.params == nil {
			p.params = map[string]string{}
		}
		p.params[strings.ToUpper(name)] = value
		rest = after[n:]
	}
	p.value = rest[1:]
	return p, true
}

// paramValue returns the parameter value at the beginning of text without its quotes, and
// its length with them.
func paramValue(text string) (value string, length int) {
	quoted := false
	for n := range len(text) {
		switch c := text[n]; {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ';' || c == ':'):
			return strings.Trim(text[:n], `"`), n
		}
	}
	return text, len(text)
}

// unescapes decodes the text in a value. Outlook also writes \t for a tab.
var unescapes = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n", `\t`, "\t")

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// encodeText returns the value of a property for a text. It removes control characters, which
// files must not contain.
func encodeText(text string) string {
	return escapes.Replace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) {
			return -1
		}
		return r
	}, text))
}

// Shorten returns the first n characters of text, followed by an ellipsis if there are more.
func Shorten(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i] + "…"
		}
		n--
	}
	return text
}
