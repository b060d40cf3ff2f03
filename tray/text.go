package tray

import (
	"strings"
	"unicode/utf16"
)

// label returns text as the menu of the system goos wants it: on one line, and
// with the character doubled that would underline the one after it.
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

// windowsTip is how many UTF-16 units Windows shows of a tooltip. The library
// leaves no room for the final zero of a longer one.
const windowsTip = 127

// tip returns text as the tooltip of the system goos wants it.
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

// printable returns text without what D-Bus and Windows refuse: broken UTF-8
// and zero bytes.
func printable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}
