package tray

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestLabel(t *testing.T) {
	for _, tt := range []struct{ goos, text, want string }{
		{"linux", "Open", "Open"},
		{"linux", "my_file & more", "my__file & more"},
		{"freebsd", "a_b", "a__b"},
		{"windows", "my_file & more", "my_file && more"},
		{"darwin", "my_file & more", "my_file & more"},
		{"linux", "two\nlines\tand a tab ", "two lines and a tab"},
		{"windows", "zero\x00byte", "zerobyte"},
		{"linux", "broken \xff", "broken \uFFFD"},
	} {
		if got := label(tt.goos, tt.text); got != tt.want {
			t.Errorf("%s: %q became %q, want %q", tt.goos, tt.text, got, tt.want)
		}
	}
}

func TestTip(t *testing.T) {
	for _, tt := range []struct{ goos, text, want string }{
		{"linux", "a\nb", "a\nb"},
		{"linux", strings.Repeat("x", 500), strings.Repeat("x", 500)},
		{"windows", strings.Repeat("x", 127), strings.Repeat("x", 127)},
		{"windows", strings.Repeat("x", 128), strings.Repeat("x", 126) + "…"},
		{"windows", strings.Repeat("😀", 63) + "x", strings.Repeat("😀", 63) + "x"},
		{"windows", strings.Repeat("😀", 64), strings.Repeat("😀", 63) + "…"},
		{"windows", "x" + strings.Repeat("😀", 64), "x" + strings.Repeat("😀", 62) + "…"},
		{"windows", "a\x00b", "ab"},
	} {
		got := tip(tt.goos, tt.text)
		if got != tt.want {
			t.Errorf("%s: %q became %q, want %q", tt.goos, tt.text, got, tt.want)
		}
	}
}

// FuzzText: the library passes texts to D-Bus, which closes the connection if they are not
// valid UTF-8, and to Windows, which does not accept zero bytes.
func FuzzText(f *testing.F) {
	f.Add("Open")
	f.Add("a_b & \x00\xff\n" + strings.Repeat("😀", 90))
	f.Fuzz(func(t *testing.T, text string) {
		for _, goos := range []string{"linux", "windows", "darwin"} {
			for _, got := range []string{label(goos, text), tip(goos, text)} {
				if !utf8.ValidString(got) || strings.Contains(got, "\x00") {
					t.Errorf("%s: %q became %q", goos, text, got)
				}
			}
		}
		if n := len(utf16.Encode([]rune(tip("windows", text)))); n > windowsTip {
			t.Errorf("%q became a tooltip of %d units", text, n)
		}
	})
}
