package installer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// classes begins the registry keys of the owner's extensions and schemes.
const classes = `[HKEY_CURRENT_USER\Software\Classes\`

// opens returns the names that the registry opens with the program: kinds of files and
// schemes whose command starts it, and extensions for which it is offered. A scheme that
// Windows recognizes as one is listed again, with a colon.
func (w *windows) opens() (names []string) {
	w.t.Helper()
	key := ""
	command := `@="\"` + strings.ReplaceAll(usualFolder, `\`, `\\`) + `\\` + packaged.ID + `.exe\" -- \"%1\""`
	for line := range strings.Lines(w.registry()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			key = strings.TrimSuffix(strings.TrimPrefix(line, classes), "]")
		}
		extension := strings.TrimSuffix(key, `\OpenWithProgids`)
		switch line {
		case command:
			names = append(names, strings.TrimSuffix(key, `\shell\open\command`))
		case `"` + packaged.ID + extension + `"=""`:
			names = append(names, extension)
		case `"URL Protocol"=""`:
			names = append(names, key+":")
		}
	}
	slices.Sort(names)
	return names
}

// checkOpens checks that exactly the extensions and schemes of a version are registered.
func (w *windows) checkOpens(in *installer) {
	w.t.Helper()
	want := []string{".ics", ".tea", packaged.ID + ".ics", packaged.ID + ".tea", "tea", "tea:"}
	if in.version == packaged.New {
		want = []string{".ics", ".tea", "coffee", "coffee:", packaged.ID + ".ics", packaged.ID + ".tea"}
	}
	if got := w.opens(); !slices.Equal(got, want) {
		w.t.Errorf("the registry has %q, want %q", got, want)
	}
}

// TestOpens installs the program, upgrades it to a version that opens other URLs, and removes
// it.
func TestOpens(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	w.checkOpens(w.older)
	if text := w.registry(); !strings.Contains(text, `@="Tea plan"`) || !strings.Contains(text, `@="URL:`+packaged.Name+`"`) {
		t.Error("a title is missing")
	}
	w.run("wine", w.newer.path, "/S")
	w.checkOpens(w.newer)
	w.removeAll()
	if text := w.registry(); strings.Contains(text, classes+`.tea`) || strings.Contains(text, classes+"tea") || strings.Contains(text, classes+"coffee") {
		t.Errorf("left in the registry:\n%s", text)
	}
}

// TestOpens_others installs and removes the program when another program opens the same files
// and URLs: nothing of that program changes.
func TestOpens_others(t *testing.T) {
	w := start(t)
	for key, value := range map[string][]string{
		`HKCU\Software\Classes\tea\shell\open\command`: {"/ve", "/d", `"C:\other.exe" "%1"`},
		`HKCU\Software\Classes\.tea`:                   {"/ve", "/d", "other.tea"},
		`HKCU\Software\Classes\.tea\OpenWithProgids`:   {"/v", "other.tea", "/d", "x"},
	} {
		w.run("wine", append([]string{"reg", "add", key, "/f"}, value...)...)
	}
	defer func() {
		for _, key := range []string{`HKCU\Software\Classes\tea`, `HKCU\Software\Classes\.tea`} {
			w.run("wine", "reg", "delete", key, "/f")
		}
	}()
	theirs := func() (lines []string) {
		for line := range strings.Lines(w.registry()) {
			if strings.HasPrefix(line, classes) || strings.Contains(line, "other") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	want := theirs()
	w.run("wine", w.older.path, "/S")
	if got, want := w.opens(), []string{".ics", ".tea", packaged.ID + ".ics", packaged.ID + ".tea"}; !slices.Equal(got, want) {
		t.Errorf("the registry has %q, want %q", got, want)
	}
	w.removeAll()
	if got := theirs(); !slices.Equal(got, want) {
		t.Errorf("the registry has %q, want %q", got, want)
	}
}
