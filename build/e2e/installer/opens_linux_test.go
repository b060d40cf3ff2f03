package installer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

// classes is where the owner's registry has what opens files and URLs.
const classes = `[HKEY_CURRENT_USER\Software\Classes\`

// opens are the extensions and schemes in the registry that the program is to open, "."
// before those of extensions whose kind has no command.
func (w *windows) opens() (names []string) {
	w.t.Helper()
	key := ""
	command := `@="\"` + strings.ReplaceAll(usualFolder, `\`, `\\`) + `\\` + packaged.ID + `.exe\" -- \"%1\""`
	for line := range strings.Lines(w.registry()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			key = strings.TrimSuffix(strings.TrimPrefix(line, classes), "]")
		}
		kind, _ := strings.CutSuffix(key, `\shell\open\command`)
		switch {
		case line == command:
			names = append(names, kind)
		case line == `"`+packaged.ID+strings.TrimSuffix(key, `\OpenWithProgids`)+`"=""`:
			names = append(names, strings.TrimSuffix(key, `\OpenWithProgids`))
		case line == `"URL Protocol"=""`:
			names = append(names, key+":")
		}
	}
	slices.Sort(names)
	return names
}

// checkOpens checks that all that a version opens is registered, and nothing else.
func (w *windows) checkOpens(inst *installer) {
	w.t.Helper()
	want := []string{".ics", ".tea", packaged.ID + ".ics", packaged.ID + ".tea", "tea", "tea:"}
	if inst.version == packaged.New {
		want = []string{".ics", ".tea", "coffee", "coffee:", packaged.ID + ".ics", packaged.ID + ".tea"}
	}
	if got := w.opens(); !slices.Equal(got, want) {
		w.t.Errorf("the registry opens %q with it, want %q", got, want)
	}
}

// argsSource is a program in place of the installed one, that writes its arguments to
// the file args.txt on drive C.
const argsSource = `package main

import ("os"; "strings")

func main() {
	if err := os.WriteFile("C:\\args.new", []byte(strings.Join(os.Args[1:], "\n")), 0o600); err != nil {
		panic(err)
	}
	if err := os.Rename("C:\\args.new", "C:\\args.txt"); err != nil {
		panic(err)
	}
}
`

// TestOpens has Windows start the program with a file and a URL, then upgrades it to a
// version that opens other URLs, and removes it: nothing is left.
func TestOpens(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	w.checkInstalled(w.older)
	w.checkOpens(w.older)
	if text := w.registry(); !strings.Contains(text, `@="Tea plan"`) || !strings.Contains(text, `@="URL:`+packaged.Name+`"`) {
		t.Error("a title is missing")
	}

	source := filepath.Join(t.TempDir(), "main.go")
	w.write(source, argsSource)
	build := exec.Command("go", "build", "-o", filepath.Join(w.folder(), packaged.ID+".exe"), source)
	build.Env = append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	w.write(w.drive("a b.tea"), "")
	defer os.Remove(w.drive("a b.tea"))
	// Wine 8 knows the classes of the computer alone, Windows those of the owner as well.
	w.run("wine", "reg", "export", `HKCU\Software\Classes`, `C:\classes.reg`, "/y")
	exported, err := os.ReadFile(w.drive("classes.reg"))
	if err != nil {
		t.Fatal(err)
	}
	wide := func(text string) string { return strings.Join(strings.Split(text, ""), "\x00") }
	w.write(w.drive("classes.reg"), strings.ReplaceAll(string(exported), wide("HKEY_CURRENT_USER"), wide("HKEY_LOCAL_MACHINE")))
	w.run("wine", "reg", "import", `C:\classes.reg`)
	defer func() {
		for _, name := range []string{packaged.ID + ".tea", ".tea", "tea"} {
			w.run("wine", "reg", "delete", `HKLM\Software\Classes\`+name, "/f")
		}
	}()
	for want, args := range map[string][]string{
		`C:\a b.tea`:       {"start", "/ProgIDOpen", packaged.ID + ".tea", `C:\a b.tea`},
		"tea:green?a=b%20": {"start", "tea:green?a=b%20"},
	} {
		note := w.drive("args.txt")
		w.run("wine", args...)
		desktop.Await(t, "the program to start with "+want, func() bool { return wine.Exists(note) })
		w.checkContent(note, "--\n"+want)
		if err := os.Remove(note); err != nil {
			t.Fatal(err)
		}
	}

	if err := os.WriteFile(filepath.Join(w.folder(), packaged.ID+".exe"), w.older.program(), 0o700); err != nil {
		t.Fatal(err)
	}
	w.run("wine", w.newer.path, "/S")
	w.checkOpens(w.newer)
	w.removeAll()
	if text := w.registry(); strings.Contains(text, classes+`.tea`) || strings.Contains(text, classes+"tea") || strings.Contains(text, classes+"coffee") {
		t.Errorf("left in the registry:\n%s", text)
	}
}

// TestOpens_others has another program open the same files and URLs before, and the
// classes of Windows itself stay.
func TestOpens_others(t *testing.T) {
	w := start(t)
	theirs := map[string][2]string{
		`HKCU\Software\Classes\tea\shell\open\command`: {"/ve", `"C:\other.exe" "%1"`},
		`HKCU\Software\Classes\.tea`:                   {"/ve", "other.tea"},
		`HKCU\Software\Classes\.tea\OpenWithProgids`:   {"/v other.tea", "x"},
	}
	for key, value := range theirs {
		w.run("wine", slices.Concat([]string{"reg", "add", key}, strings.Fields(value[0]), []string{"/d", value[1], "/f"})...)
	}
	defer func() {
		for _, key := range []string{`HKCU\Software\Classes\tea`, `HKCU\Software\Classes\.tea`} {
			w.run("wine", "reg", "delete", key, "/f")
		}
	}()
	before := w.registry()
	w.run("wine", w.older.path, "/S")
	if got, want := w.opens(), []string{".ics", ".tea", packaged.ID + ".ics", packaged.ID + ".tea"}; !slices.Equal(got, want) {
		t.Errorf("the registry opens %q with it, want %q", got, want)
	}
	w.removeAll()
	of := func(registry string) (lines []string) {
		for line := range strings.Lines(registry) {
			if strings.HasPrefix(line, classes) || strings.Contains(line, "other") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	if got, want := of(w.registry()), of(before); !slices.Equal(got, want) {
		t.Errorf("the classes are %q, want %q", got, want)
	}
}
