package tray

import (
	"strings"
	"unicode/utf16"
)

// label returns text for a menu of the system goos: on one line, and with the character
// doubled that would underline the next character.
func label(goos, text string) string {
	text = strings.Join(strings.Fields(printable(text)), " ")
	switch goos {
	case "windows":
		return strings.ReplaceAll(text, "&", "&&")
	case "darwin":
		return text
	default:
		return strings.ReplaceAll(text, "_", "__")
	}
}

// windowsTip is the maximum length of a tooltip on Windows, in UTF-16 units. The library
// does not terminate a longer one with a zero.
const windowsTip = 127

// tip returns text for a tooltip of the system goos.
func tip(goos, text string) string {
	text = printable(text)
	if goos != "windows" || len(utf16.Encode([]rune(text))) <= windowsTip {
		return text
	}
	var b strings.Builder
	left := windowsTip - 1 // for the ellipsis
	for _, r := range text {
		if left -= utf16.RuneLen(r); left < 0 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// printable returns text without invalid UTF-8, which D-Bus refuses, and without zero bytes,
// which Windows refuses.
func printable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}
