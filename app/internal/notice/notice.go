// Package notice shows notices on the owner's desktop: short texts in a corner of the
// screen. A click on a notice opens a page.
package notice

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
)

// A Notice is a text to show on the owner's desktop.
type Notice struct {
	Title string // one line
	Text  string // plain text; may be empty
	Page  string // the page that a click opens
}

// Longer notices are truncated. Few desktops show more than some lines.
const (
	maxTitle = 100 // characters
	maxText  = 500
	maxLines = 10
)

// Check returns n in a form that desktops can show: it truncates long texts, removes
// invisible characters, and sets an empty Page to the home page. It returns an error if n
// has no title or its Page is not a page of the program.
func Check(n Notice) (Notice, error) {
	n.Title = cut(strings.Join(strings.Fields(printable(n.Title)), " "), maxTitle)
	n.Text = cut(firstLines(strings.TrimSpace(printable(n.Text))), maxText)
	if n.Page == "" {
		n.Page = "/"
	}
	switch {
	case n.Title == "":
		return n, errors.New("a notice needs a title, such as Import finished")
	case !loopback.IsPage(n.Page):
		return n, fmt.Errorf("a notice cannot open %q, which is not a page of the program; use a path such as /expense/3", n.Page)
	}
	return n, nil
}

// printable returns text without control characters except line ends, and without invalid
// UTF-8, which D-Bus does not accept.
func printable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
}

// cut truncates text to n characters.
func cut(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}

// firstLines truncates text to the maximum number of lines.
func firstLines(text string) string {
	lines := strings.SplitN(text, "\n", maxLines+1)
	if len(lines) > maxLines {
		return strings.Join(lines[:maxLines-1], "\n") + "\n…"
	}
	return text
}
