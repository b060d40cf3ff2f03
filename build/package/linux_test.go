package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestDeb_lintian(t *testing.T) {
	if os.Getenv("DIBBLER_PROVE") == "" {
		t.Skip("not for a quick run: go run ./build prove runs it, and so does DIBBLER_PROVE=1")
	}
	need(t, "lintian", "lintian")
	for _, arch := range []string{"amd64", "arm64"} {
		out := check(t, "lintian", "--pedantic", "--display-info", "--allow-root", "--fail-on", "error,warning,info,pedantic", one(t, "*_"+arch+".deb"))
		if strings.TrimSpace(out) != "" {
			t.Errorf("lintian about %s:\n%s", arch, out)
		}
	}
}

// TestLinuxPackage_folder packages in folders whose names are patterns.
func TestLinuxPackage_folder(t *testing.T) {
	for _, folder := range []string{"tools [old]", "{a,b}", "a b ü", "!x"} {
		root := filepath.Join(t.TempDir(), folder)
		p := &packaging{ctx: t.Context(), work: filepath.Join(root, "work"), made: filepath.Join(root, "made"), date: theTime}
		p.Name, p.ID, p.Version, p.Command, p.About.Package = theName, theID, theVersion, theCommand, theCommand
		for _, dir := range []string{p.work, p.made} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.linuxPackage("rpm", program{goos: "linux", goarch: "amd64"}, []file{{"bin/" + theCommand, executable, []byte("x")}}); err != nil {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

// unpacked unpacks the archive for Linux and returns its folder.
func unpacked(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	check(t, "tar", "-xzf", one(t, "*-linux-"+hostArch(t)+".tar.gz"), "-C", dir)
	return filepath.Join(dir, id+"-linux-"+hostArch(t))
}

// hostArch returns the processor of this machine. It skips the test if there are no Linux packages
// for it.
func hostArch(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" || !slices.Contains(architectures, runtime.GOARCH) {
		t.Skipf("not for %s on %s", runtime.GOOS, runtime.GOARCH)
	}
	return runtime.GOARCH
}

func TestMetainfo(t *testing.T) {
	need(t, "appstreamcli", "appstream")
	check(t, "appstreamcli", "validate", "--no-net", "--pedantic", filepath.Join(unpacked(t), "share/metainfo", theID+".metainfo.xml"))
	check(t, "appstreamcli", "validate-tree", "--no-net", unpacked(t))
}

func TestManualPage(t *testing.T) {
	need(t, "mandoc", "mandoc")
	page := filepath.Join(unpacked(t), "share/man/man1", theCommand+".1.gz")
	out := check(t, "mandoc", "-T", "lint", "-W", "warning", page)
	if out != "" {
		t.Error(out)
	}
	text := check(t, "mandoc", "-T", "markdown", page)
	for _, want := range []string{"no-browser", "shut down the running program", "files that end in .tea, URLs that begin with tea:", "EXIT STATUS"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// installed returns the files that every Linux package has below /usr.
func installed() []string {
	return []string{
		"bin/" + theCommand,
		"share/applications/" + theID + ".desktop",
		"share/metainfo/" + theID + ".metainfo.xml",
		"share/man/man1/" + theCommand + ".1.gz",
		"share/icons/hicolor/48x48/apps/" + theID + ".png",
		"share/icons/hicolor/scalable/apps/" + theID + ".svg",
	}
}

func TestRPM(t *testing.T) {
	need(t, "rpm", "rpm")
	for _, arch := range []string{"x86_64", "aarch64"} {
		path := one(t, "*."+arch+".rpm")
		check(t, "rpm", "--checksig", "--nosignature", path)
		files := check(t, "rpm", "-qp", "--nosignature", "--qf", `[%{FILEMODES:perms} %{FILEUSERNAME} %{FILENAMES}\n]`, path)
		for _, name := range append(installed(), "share/licenses/teatimer/LICENSE") {
			perms := "-rw-r--r--"
			if strings.HasPrefix(name, "bin/") {
				perms = "-rwxr-xr-x"
			}
			if want := perms + " root /usr/" + name + "\n"; !strings.Contains(files, want) {
				t.Errorf("%s has no %q, only\n%s", filepath.Base(path), want, files)
			}
		}
		for _, want := range []string{"l /usr/share/licenses/teatimer/LICENSE\n", " /usr/share/licenses/teatimer\n"} {
			flags := check(t, "rpm", "-qp", "--nosignature", "--qf", `[%{FILEFLAGS:fflags} %{FILENAMES}\n]`, path)
			if !strings.Contains("\n"+flags, "\n"+want) {
				t.Errorf("%s has no %q, only\n%s", filepath.Base(path), want, flags)
			}
		}
		if said := check(t, "rpm", "-qp", "--nosignature", "--qf", "%{DESCRIPTION}", path); strings.Contains(said, theSummary) {
			t.Errorf("the description repeats the summary:\n%s", said)
		}
		facts := check(t, "rpm", "-qp", "--nosignature", "--qf", "%{NAME} %{VERSION} %{ARCH} %{BUILDHOST} %{URL}|%{SUMMARY}", path)
		if want := theCommand + " " + theVersion + " " + arch + " localhost https://ada.example.org/tea?a=1&b=2|" + theSummary; facts != want {
			t.Errorf("%q, want %q", facts, want)
		}
		if out := check(t, "rpm", "-qp", "--nosignature", "--scripts", path); out != "" {
			t.Errorf("%s has scripts, but needs none:\n%s", filepath.Base(path), out)
		}
	}
}

// TestAPK reads packages without apk, which Debian does not have: they are three joined archives.
func TestAPK(t *testing.T) {
	for _, arch := range []string{"x86_64", "aarch64"} {
		need(t, "bsdtar", "libarchive-tools")
		path := one(t, "*_"+arch+".apk")
		names := strings.Fields(check(t, "bsdtar", "-tf", path))
		for _, name := range append(installed(), "share/licenses/teatimer/LICENSE") {
			if !slices.Contains(names, "usr/"+name) {
				t.Errorf("%s has no usr/%s", filepath.Base(path), name)
			}
		}
		facts := check(t, "bsdtar", "-xOf", path, ".PKGINFO")
		for _, want := range []string{"pkgname = " + theCommand, "pkgver = " + theVersion + "-r1", "arch = " + arch, "pkgdesc = " + theSummary} {
			if !strings.Contains("\n"+facts, "\n"+want+"\n") {
				t.Errorf("no line %q in\n%s", want, facts)
			}
		}
		for line := range strings.Lines(facts) {
			if key, _, ok := strings.Cut(line, " = "); !ok || strings.Contains(key, " ") {
				t.Errorf("%q is not a line of .PKGINFO", line)
			}
		}
	}
}

func TestArchLinux(t *testing.T) {
	need(t, "pacman", "pacman-package-manager")
	for _, arch := range []string{"x86_64", "aarch64"} {
		path := one(t, "*-"+arch+".pkg.tar.zst")
		facts := check(t, "pacman", "-Qip", path)
		for _, want := range []string{theCommand, theVersion + "-1", arch, theSummary} {
			if !strings.Contains(facts, " : "+want+"\n") {
				t.Errorf("no %q in\n%s", want, facts)
			}
		}
		if !strings.Contains(facts, "Install Script  : No\n") {
			t.Errorf("it has a script, but needs none:\n%s", facts)
		}
		files := check(t, "pacman", "-Qlp", path)
		for _, name := range append(installed(), "share/licenses/teatimer/LICENSE") {
			if !strings.Contains(files, " /usr/"+name+"\n") {
				t.Errorf("no %s in\n%s", name, files)
			}
		}
	}
}

func TestTarball(t *testing.T) {
	for name, f := range untarred(t, one(t, "*linux-arm64.tar.gz")) {
		want := data
		if strings.Contains(name, "/bin/") || strings.HasSuffix(name, "/install.sh") {
			want = executable
		}
		if f.mode != want {
			t.Errorf("%s has mode %v, want %v", name, f.mode, want)
		}
		if !f.time.Equal(theTime) {
			t.Errorf("%s has time %s, want %s", name, f.time, theTime)
		}
	}
}
