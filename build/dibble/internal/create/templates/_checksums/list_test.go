package main

import (
	"maps"
	"strings"
	"testing"
)

// These are two checksums.
var (
	sumA = strings.Repeat("0a", 32)
	sumB = strings.Repeat("b1", 32)
)

func TestParseList(t *testing.T) {
	text := "# made by sha256sum\n" +
		sumA + "  plain.txt\n" +
		sumB + " *binary file.iso\r\n" +
		`\` + sumA + `  odd\nname\\n` + "\n\n" +
		strings.ToUpper(sumB) + "  ./below/x\n"
	want := list{"plain.txt": sumA, "binary file.iso": sumB, "odd\nname\\n": sumA, "below/x": sumB}
	got, err := parseList(strings.NewReader(text))
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestParseList_bad(t *testing.T) {
	for name, text := range map[string]string{
		"line 1":          "hello",
		"line 2":          sumA + "  a\n" + sumA[1:] + "  b\n",
		"line 3":          "\n\n" + sumA + " a\n",
		"an earlier line": sumA + "  a\n" + sumB + "  a\n",
		"sha256sum":       "g" + sumA[1:] + "  a\n",
		"too long":        strings.Repeat("x", 1<<20),
		"no checksums":    "# nothing\n\n",
	} {
		if got, err := parseList(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%.40q: %q, %v; want an error with %q", text, got, err, name)
		}
	}
}

func TestFormatLine(t *testing.T) {
	for _, name := range []string{"plain", "with blanks  ", "new\nline", `back\slash`, "return\r", "ü", "\xff"} {
		got, err := parseList(strings.NewReader(formatLine(sumA, name)))
		if err != nil || !maps.Equal(got, list{name: sumA}) {
			t.Errorf("%q comes back as %q, %v", name, got, err)
		}
	}
}
