package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func TestRun(t *testing.T) {
	entries, err := os.ReadDir(dist(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	pkg := theCommand + "-" + theVersion
	want := []string{
		"SHA256SUMS", id + ".cdx.json",
		pkg + "-1-aarch64.pkg.tar.zst", pkg + "-1-x86_64.pkg.tar.zst",
		pkg + "-1.aarch64.rpm", pkg + "-1.x86_64.rpm",
		theCommand + "_" + theVersion + "-1_amd64.deb", theCommand + "_" + theVersion + "-1_arm64.deb",
		theCommand + "_" + theVersion + "-r1_aarch64.apk", theCommand + "_" + theVersion + "-r1_x86_64.apk",
		id + "-linux-amd64.tar.gz", id + "-linux-arm64.tar.gz",
		id + "-windows-amd64-setup.exe", id + "-windows-arm64-setup.exe",
		id + "-windows-amd64.zip", id + "-windows-arm64.zip",
		id + "-macos-amd64-no-tray.zip", id + "-macos-arm64-no-tray.zip",
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("made %q\nwant %q", got, want)
	}
}

// TestReproducible packages a second copy: in another folder, which a locale without UTF-8 cannot
// name, with other times of files and other settings.
func TestReproducible(t *testing.T) {
	first := dist(t)
	parent := filepath.Join(t.TempDir(), "Bücher, neü")
	if err := os.Mkdir(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := source(parent)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, time.Time{}, time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC))
	})
	if err != nil {
		t.Fatal(err)
	}
	goEnv := filepath.Join(t.TempDir(), "env") // as go env -w writes it
	if err := os.WriteFile(goEnv, []byte("GOFLAGS=-tags=other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"TZ": "Asia/Tokyo", "GOAMD64": "v2", "LC_ALL": "C", "GOENV": goEnv,
	} {
		t.Setenv(name, value)
	}
	if err := run(context.Background(), root, nil); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		a, b := read(t, filepath.Join(first, e.Name())), read(t, filepath.Join(root, distFolder, e.Name()))
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", e.Name())
		}
	}
}

func TestSums(t *testing.T) {
	need(t, "sha256sum", "coreutils")
	dir := dist(t)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	said := check(t, "sh", "-c", `cd "$0" && sha256sum -c SHA256SUMS`, dir)
	if ok := strings.Count(said, ": OK\n"); ok != len(entries)-1 { // all but itself
		t.Errorf("%d of %d files have a sum:\n%s", ok, len(entries)-1, said)
	}
}

func TestBillOfMaterials(t *testing.T) {
	var bom cdx.BOM
	f := bytes.NewReader(read(t, one(t, "*.cdx.json")))
	if err := cdx.NewBOMDecoder(f, cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	app := bom.Metadata.Component
	if app.Name != theName || app.Version != theVersion {
		t.Errorf("it is about %s %s", app.Name, app.Version)
	}
	needs := make(map[string][]string)
	for _, d := range *bom.Dependencies {
		needs[d.Ref] = *d.Dependencies
	}
	components := make(map[string]cdx.Component)
	for _, c := range *bom.Components {
		components[c.BOMRef] = c
	}
	for _, ref := range needs[app.BOMRef] {
		for _, module := range needs[ref] {
			if components[module].Type != cdx.ComponentTypeLibrary {
				t.Errorf("%s needs %s, which is not listed", ref, module)
			}
		}
	}
	if n := len(needs[app.BOMRef]); n != 6 {
		t.Errorf("%d programs, want 6", n)
	}

	// The tray is in the program for Linux, and not in the one for macOS, unless that was made
	// on a Mac.
	tray := func(module string) bool { return strings.HasPrefix(module, "pkg:golang/fyne.io/systray@v") }
	if !slices.ContainsFunc(needs["linux/amd64"], tray) || slices.ContainsFunc(needs["darwin/arm64"], tray) {
		t.Errorf("linux needs %q\nmacOS needs %q", needs["linux/amd64"], needs["darwin/arm64"])
	}
	packed := get(t, untarred(t, one(t, "*linux-amd64.tar.gz")), id+"-linux-amd64/bin/"+theCommand).content
	sum := sha256.Sum256(packed)
	if got := (*components["linux/amd64"].Hashes)[0].Value; got != hex.EncodeToString(sum[:]) {
		t.Errorf("the sum of the program for Linux is %s there", got)
	}
	info, err := buildinfo.Read(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(needs["linux/amd64"]), len(info.Deps)+1; got != want { // and the standard library
		t.Errorf("linux needs %d modules, want %d", got, want)
	}
}

// TestRun_withoutMakensis: without makensis, everything except the installer is made.
func TestRun_withoutMakensis(t *testing.T) {
	root, err := source(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(goCommand))
	if err := makensis.find(); err == nil {
		t.Skip("not where makensis is beside go")
	}
	wanted, err := choose("windows/amd64")
	if err != nil {
		t.Fatal(err)
	}
	p := &packaging{ctx: t.Context(), root: root}
	if err := p.run(wanted, ""); err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(p.remarks, "\n"); !strings.Contains(said, "no installer for Windows: makensis is not installed: dibble doctor prints how to get it") {
		t.Errorf("%s", said)
	}
	made, err := filepath.Glob(filepath.Join(root, distFolder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(root, distFolder, id+"-windows-amd64.zip"); len(made) != 3 || !slices.Contains(made, want) {
		t.Errorf("made %q", made)
	}
}

// TestRun_folder packages a program in a subfolder of its module, with the module's licence and a
// bitmap as its icon, at another version.
func TestRun_folder(t *testing.T) {
	root, err := source(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, 300, 300))
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "cmd", "tea")
	if err := errors.Join(
		os.MkdirAll(dir, 0o755),
		os.Rename(filepath.Join(root, "main.go"), filepath.Join(dir, "main.go")),
		os.Remove(filepath.Join(root, "icon.svg")),
		os.WriteFile(filepath.Join(dir, "icon.png"), b.Bytes(), 0o644),
		os.WriteFile(filepath.Join(dir, "icon.go"), []byte("package main\n\n// Drawn by dibble icons.\n"), 0o644),
		os.WriteFile(filepath.Join(root, "COPYING"), []byte("Do with it what you like.\n"), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	wanted, err := choose("linux/amd64")
	if err != nil {
		t.Fatal(err)
	}
	p := &packaging{ctx: t.Context(), root: dir, only: "linux/amd64", wantVersion: "99.0.0"}
	if err := p.run(wanted, ""); err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(p.remarks, "\n"); strings.Contains(said, "LICENSE") || !strings.Contains(said, "icon.go was not drawn from the present icon") {
		t.Errorf("%s", said)
	}
	name := theCommand + "-99.0.0-linux-amd64"
	files := untarred(t, filepath.Join(dir, distFolder, name+".tar.gz"))
	if text := string(get(t, files, name+"/share/doc/"+theID+"/copyright").content); !strings.HasPrefix(text, "Do with it what you like.\n\n---") {
		t.Errorf("the copyright is\n%s", text)
	}
	icons := name + "/share/icons/hicolor/"
	for file, want := range map[string]bool{"256x256/apps/" + theID + ".png": true, "512x512/apps/" + theID + ".png": false, "scalable/apps/" + theID + ".svg": false} {
		if _, has := files[icons+file]; has != want {
			t.Errorf("%s: %t, want %t", file, has, want)
		}
	}

	// The version cannot be set, because it is not a variable.
	text := string(read(t, filepath.Join(dir, "main.go")))
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(strings.Replace(text, "Version: version", `Version: "1.2.3"`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	err = run(t.Context(), root, []string{"-version", "99.0.0", "-only", "linux/amd64", "cmd/tea"})
	if err == nil || !strings.Contains(err.Error(), "declare `var version = \"1.2.3\"` in package main") || !strings.Contains(err.Error(), "main.go:19: ") {
		t.Errorf("%v", err)
	}
}

func TestRun_missingTool(t *testing.T) {
	root, err := source(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	err = run(context.Background(), root, []string{"-only", "windows"})
	if err == nil || !strings.Contains(err.Error(), "makensis is not installed: dibble doctor prints") {
		t.Errorf("%v; want how to get makensis", err)
	}
	err = run(context.Background(), root, []string{"-only", "linux", "-sign", "-pkcs12 x"})
	if err == nil || !strings.Contains(err.Error(), "osslsigncode is not installed: dibble doctor prints") {
		t.Errorf("%v; want how to get osslsigncode", err)
	}
	leavesNothing(t, root)
}

func TestSigner(t *testing.T) {
	if err := signer("windows"); err == nil || !strings.Contains(err.Error(), "signtool") {
		t.Errorf("on Windows: %v", err)
	}
}

// TestTool_installed finds a program that its installer on Windows has not added to PATH.
func TestTool_installed(t *testing.T) {
	programs := t.TempDir()
	t.Setenv("PATH", t.TempDir())
	t.Setenv("ProgramFiles", "")
	t.Setenv("ProgramFiles(x86)", programs)
	if err := makensis.find(); err == nil {
		t.Error("makensis is found before it is there")
	}
	want := filepath.Join(programs, "NSIS", "makensis.exe")
	if err := errors.Join(os.Mkdir(filepath.Dir(want), 0o755), os.WriteFile(want, nil, 0o755)); err != nil {
		t.Fatal(err)
	}
	if err := makensis.find(); err != nil || makensis.path() != want {
		t.Errorf("%s, %v, want %s", makensis.path(), err, want)
	}
}

// TestRun_fails: a failure or an interrupt keeps the packages of the last run, and leaves no new
// files.
func TestRun_fails(t *testing.T) {
	for name, spoil := range map[string]func(root string) (context.Context, error){
		"does not compile": func(root string) (context.Context, error) {
			return context.Background(), os.WriteFile(filepath.Join(root, "broken.go"), []byte("package main\nfunc init() { missing() }\n"), 0o644)
		},
		"late": func(root string) (context.Context, error) { // after the first program was made
			return context.Background(), os.WriteFile(filepath.Join(root, "late.go"), []byte("//go:build arm64\n\npackage main\n\nfunc init() { missing() }\n"), 0o644)
		},
		"interrupted": func(string) (context.Context, error) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			return ctx, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			root, err := source(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			kept := filepath.Join(root, distFolder, sumsName)
			if err := os.Mkdir(filepath.Dir(kept), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(kept, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			ctx, err := spoil(root)
			if err != nil {
				t.Fatal(err)
			}
			if err := run(ctx, root, []string{"-only", "linux/amd64,linux/arm64"}); err == nil {
				t.Error("no error")
			}
			if _, err := os.Stat(kept); err != nil {
				t.Error(err)
			}
			if err := os.RemoveAll(filepath.Dir(kept)); err != nil {
				t.Fatal(err)
			}
			leavesNothing(t, root)
		})
	}
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	dist, made, old := filepath.Join(dir, "dist"), filepath.Join(dir, "made"), filepath.Join(dir, "old")
	for _, name := range []string{"first", "second"} {
		if err := errors.Join(os.RemoveAll(old), os.Mkdir(made, 0o755), os.WriteFile(filepath.Join(made, name), nil, 0o644)); err != nil {
			t.Fatal(err)
		}
		if err := replace(dist, made, old); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dist, name)); err != nil {
			t.Error(err)
		}
	}
	if err := os.RemoveAll(old); err != nil {
		t.Fatal(err)
	}
	if err := replace(dist, made, old); err == nil { // made does not exist
		t.Error("no error")
	}
	if _, err := os.Stat(filepath.Join(dist, "second")); err != nil {
		t.Errorf("after a failure: %v", err)
	}
}

// TestRun_othersFiles: a file in dist that no run has made is kept.
func TestRun_othersFiles(t *testing.T) {
	root := t.TempDir()
	notes := filepath.Join(root, distFolder, "notes.txt")
	if err := os.Mkdir(filepath.Dir(notes), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(notes, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), root, []string{"-only", "linux"}); err == nil || !strings.Contains(err.Error(), notes) {
		t.Errorf("%v; want it to name %s", err, notes)
	}
	if _, err := os.Stat(notes); err != nil {
		t.Error(err)
	}
}

// TestRun_distChanged: a file that somebody adds to dist while packages are made is kept.
func TestRun_distChanged(t *testing.T) {
	root, err := source(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(root, distFolder, "mine.txt")
	put := func(*packaging, program) error {
		return errors.Join(os.Mkdir(filepath.Dir(mine), 0o755), os.WriteFile(mine, nil, 0o644))
	}
	p := &packaging{ctx: t.Context(), root: root}
	err = p.run([]target{{system{name: "linux", goos: "linux", make: put}, "amd64"}}, "")
	if err == nil || !strings.Contains(err.Error(), "mine.txt was not made by dibble package") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}

func leavesNothing(t *testing.T, root string) {
	t.Helper()
	for _, pattern := range []string{distFolder, ".dist-*"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		if found != nil {
			t.Errorf("left behind: %q", found)
		}
	}
}
