package assets

import (
	"bytes"
	"os"
	"regexp"
	"testing"
)

// The style sheet must stay small enough to read: 12 KiB.
func TestStyleSheetSize(t *testing.T) {
	if css := read(t, "web/app.css"); len(css) > 12<<10 {
		t.Errorf("app.css has %d bytes, want at most %d", len(css), 12<<10)
	}
}

// The error pages of package dibbler do not use the style sheet, but have its colours.
func TestErrorPageColors(t *testing.T) {
	css := read(t, "web/app.css")
	for _, color := range regexp.MustCompile(`#[0-9a-f]{3,6}\b`).FindAll(read(t, "../dibbler/page.html"), -1) {
		if !bytes.Contains(css, color) {
			t.Errorf("app.css has no %s", color)
		}
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
