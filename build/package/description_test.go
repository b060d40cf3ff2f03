package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// mainSource is the source of the programs in these tests. Line 6 sets the version.
const mainSource = `package main

func main() {
	app.Main(app.App{
		Name:    "Tea",
		Version: "1.0",
		About: app.About{
			Publisher: "Ada",
		},
	})
}
`

// described returns a packaging of a program that describes itself completely.
func described(t *testing.T) *packaging {
	t.Helper()
	p := &packaging{ctx: context.Background(), root: t.TempDir()}
	if err := os.WriteFile(filepath.Join(p.root, "main.go"), []byte(mainSource), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Name, p.ID, p.Command, p.Version = "Tea", "tea.ada.net", "tea", "1.0.0"
	p.About.Publisher = "Ada Lovelace <ada@example.org>"
	return p
}

func TestCheckDescription(t *testing.T) {
	for want, change := range map[string]func(*packaging){
		"main.go:6: App.Version: version":          func(p *packaging) { p.Version = "1.0" },
		"main.go:6: the program says that it is v": func(p *packaging) { p.wantVersion = "2.0.0" },
		"main.go:5: App.Name: ":                    func(p *packaging) { p.Name = "a/b" },
		"main.go:4: App.ID ":                       func(p *packaging) { p.ID, p.Command = "com.ada.nul", "nul" },
		"main.go:4: App.ID \"ada.svg\": desktops":  func(p *packaging) { p.ID, p.Command = "ada.svg", "svg" },
		"main.go:8: About.Publisher ":              func(p *packaging) { p.About.Publisher = "ada@example.org" },
		"main.go:8: About.Publisher \"Ada\\n":      func(p *packaging) { p.About.Publisher = "Ada\nRoot: yes" },
		"main.go:7: About.Summary ":                func(p *packaging) { p.About.Summary = "Boil tea\nExec=x" },
		"main.go:7: About.Description ":            func(p *packaging) { p.About.Description = "\tTea." },
		"main.go:7: About.Package ":                func(p *packaging) { p.About.Package = "Tea" },
		"main.go:7: About.License ":                func(p *packaging) { p.About.License = `MIT"` },
		"main.go:7: About.Homepage ":               func(p *packaging) { p.About.Homepage = "ada.net" },
		"main.go:7: About.Categories: ":            func(p *packaging) { p.About.Categories = []string{"Office", "A;B"} },
		"main.go:7: About.Keywords: ":              func(p *packaging) { p.About.Keywords = []string{"a\nb"} },
		"Opens.Title ":                             func(p *packaging) { p.Opens = []opens{{Ext: ".a", MIME: "a/b", Title: "a`b"}} },
	} {
		p := described(t)
		t.Chdir(p.root)
		change(p)
		if err := p.checkDescription(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	p := described(t)
	if err := p.checkDescription(); err != nil || p.remarks != nil || p.publisher != "Ada Lovelace" || p.contact != "ada@example.org" || p.About.Package != "tea" {
		t.Errorf("%v, %q, %+v", err, p.remarks, p)
	}
}

func TestIdentify(t *testing.T) {
	for _, tt := range []struct{ id, home, want, remark string }{
		{"net.ada.tea", "https://example.org/", "net.ada.tea", ""},
		{"tea", "https://Tea.Example.org:8080/x", "org.example.tea.tea", ""},
		{"tea", "", "local.tea", "local.tea"},
		{"tea", "http://localhost/", "local.tea", "local.tea"},
		{"tea", "https://bücher.example/", "local.tea", "local.tea"},
		{"tea", "https://xn--bcher-kva.example/", "example.xn--bcher-kva.tea", ""},
		{"com.example.tea", "", "com.example.tea", "a domain for examples"},
	} {
		p := described(t)
		p.ID, p.About.Homepage = tt.id, tt.home
		err := p.identify()
		if said := strings.Join(p.remarks, "\n"); err != nil || p.identifier != tt.want || !strings.Contains(said, tt.remark) || (said == "") != (tt.remark == "") {
			t.Errorf("%s, %s: %q, %v, %q; want %q", tt.id, tt.home, p.identifier, err, said, tt.want)
		}
	}
}

// TestCheckDescription_minimal: the files for a program that has only a name are valid.
func TestCheckDescription_minimal(t *testing.T) {
	p := described(t)
	p.About.Publisher = ""
	p.About.Categories = []string{}
	if err := p.checkDescription(); err != nil || len(p.remarks) != 1 || !strings.Contains(p.remarks[0], "About.Publisher has no email address") {
		t.Errorf("%v, %q", err, p.remarks)
	}
	p.date = theTime
	s := p.subject()
	s.Wide = true
	if s.Summary != "Tea" || s.Maintainer != "Unknown <nobody@localhost>" || !strings.HasPrefix(s.Description, "Tea. It lives in the tray") {
		t.Errorf("%+v", s)
	}
	if !slices.Equal(s.Categories, []string{"Utility"}) {
		t.Errorf("the categories are %q", s.Categories)
	}
	for _, name := range []string{"app.desktop", "metainfo.xml", "installer.nsi"} {
		content, err := text(name, s)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(p.root, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	need(t, "desktop-file-validate", "desktop-file-utils")
	check(t, "desktop-file-validate", filepath.Join(p.root, "app.desktop"))
	need(t, "appstreamcli", "appstream")
	check(t, "appstreamcli", "validate", "--no-net", filepath.Join(p.root, "metainfo.xml"))
	checkInstaller(t, s)
}

func TestFindDate(t *testing.T) {
	p := described(t)
	if got, err := p.findDate(); err != nil || !got.Equal(theTime) { // SOURCE_DATE_EPOCH
		t.Errorf("%v, %v", got, err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := p.findDate(); err == nil || !strings.Contains(err.Error(), "seconds since 1970") {
		t.Error(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "")
	if got, err := p.findDate(); err != nil || got.Hour() != 0 || got.Nanosecond() != 0 || got.Year() < 2026 {
		t.Errorf("without git it is %v, %v; want the beginning of today", got, err)
	}
	if p.remarks != nil {
		t.Errorf("without a repository: %q", p.remarks)
	}
	need(t, "git", "git")
	t.Setenv("GIT_COMMITTER_DATE", "2020-02-03T04:05:06Z")
	for _, args := range [][]string{{"init", "-q", "-b", "trunk"}, {"add", "."}, {"-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-m", "x"}} {
		check(t, "git", slices.Insert(args, 0, "-C", p.root)...)
	}
	commit := func(when string) {
		t.Helper()
		if got, err := p.findDate(); err != nil || got.String() != "2020-02-03 04:05:06 +0000 UTC" {
			t.Errorf("%s: %v, %v; want the commit's", when, got, err)
		}
	}
	commit("plain")
	// A script replaces the program that signs and verifies commits.
	gpg := filepath.Join(t.TempDir(), "gpg")
	if err := os.WriteFile(gpg, []byte("#!/bin/sh\ncat >/dev/null\nprintf '\\n[GNUPG:] SIG_CREATED \\n' >&2\necho '-----BEGIN PGP SIGNATURE-----'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	check(t, "git", "-C", p.root, "config", "gpg.program", gpg)
	check(t, "git", "-C", p.root, "config", "log.showSignature", "true")
	check(t, "git", "-C", p.root, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-S", "--amend", "-m", "x")
	commit("signed, with log.showSignature")
	if p.remarks != nil {
		t.Errorf("with a commit: %q", p.remarks)
	}
	if err := os.Remove(filepath.Join(p.root, ".git", "refs", "heads", "trunk")); err != nil {
		t.Fatal(err)
	}
	if got, err := p.findDate(); err != nil || got.Hour() != 0 || len(p.remarks) != 1 || !strings.Contains(p.remarks[0], "fatal: ") {
		t.Errorf("without a commit: %v, %v, %q; want the beginning of today and the error of git", got, err, p.remarks)
	}
}

// packageSource packages a program of one file.
func packageSource(t *testing.T, source string) error {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{"main.go": source, "go.mod": "module example.com/tea\n\ngo 1.26\n", "icon.svg": string(read(t, "testdata/sample/icon.svg"))} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := run(t.Context(), root, nil)
	leavesNothing(t, root)
	return err
}

// TestAsk asks programs that do not describe themselves.
func TestAsk(t *testing.T) {
	for want, source := range map[string]string{
		"call app.Main?":                 "package main\n\nfunc main() {}\n",
		"package tea, which is not main": "package tea\n",
		"another version of Dibbler":     "package main\n\nimport \"os\"\n\nfunc main() { os.WriteFile(os.Args[2], []byte(`{\"Shape\": 1}`), 0o600) }\n",
		"main.go:3:15: undefined: other": "package main\n\nfunc main() { other() }\n",
	} {
		if err := packageSource(t, source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestAsk_timeout asks a program that does not end, and whose child does not end either.
func TestAsk_timeout(t *testing.T) {
	need(t, "sleep", "coreutils")
	defer func(was time.Duration) { askTimeout = was }(askTimeout)
	askTimeout = time.Second
	source := `package main

import (
	"os"
	"os/exec"
	"time"
)

func main() {
	child := exec.Command("sleep", "30")
	child.Stdout = os.Stdout
	child.Start()
	time.Sleep(time.Hour)
}
`
	begun := time.Now()
	if err := packageSource(t, source); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "call app.Main?") {
		t.Errorf("%v", err)
	}
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}
