package main

import (
	"bytes"
	"context"
	"debug/pe"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

func TestWindowsProgram(t *testing.T) {
	for arch, machine := range map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_AMD64, "arm64": pe.IMAGE_FILE_MACHINE_ARM64} {
		program := get(t, unzipped(t, one(t, "*windows-"+arch+".zip")), theName+"/"+theCommand+".exe").content
		f, err := pe.NewFile(bytes.NewReader(program))
		if err != nil {
			t.Fatal(err)
		}
		if f.Machine != machine {
			t.Errorf("%s: the program is for machine %#x", arch, f.Machine)
		}
		if header := f.OptionalHeader.(*pe.OptionalHeader64); header.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_GUI {
			t.Errorf("%s: the program opens a console: subsystem %d", arch, header.Subsystem)
		}
		set, err := winres.LoadFromEXE(bytes.NewReader(program))
		if err != nil {
			t.Fatal(err)
		}
		checkIconSizes(t, arch, set)
		manifest, err := winres.AppManifestFromXML(set.Get(winres.RT_MANIFEST, winres.ID(1), 0x0409))
		if err != nil {
			t.Fatal(err)
		}
		if manifest.ExecutionLevel != winres.AsInvoker || manifest.DPIAwareness != winres.DPIPerMonitorV2 {
			t.Errorf("%s: manifest %+v", arch, manifest)
		}
		info, err := version.FromBytes(set.Get(winres.RT_VERSION, winres.ID(1), english))
		if err != nil {
			t.Fatal(err)
		}
		table, err := info.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{theVersion, theName, "Ada Lovelace"} {
			if !bytes.Contains(table, []byte(want)) {
				t.Errorf("%s: no %q in the version information %s", arch, want, table)
			}
		}
	}
}

// checkIconSizes checks that the icon has all sizes that Windows shows, so that none is scaled.
func checkIconSizes(t *testing.T, arch string, set *winres.ResourceSet) {
	t.Helper()
	icon, err := set.GetIcon(winres.Name("APPICON"))
	if err != nil {
		t.Errorf("%s: icon: %v", arch, err)
		return
	}
	var file bytes.Buffer
	if err := icon.SaveICO(&file); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	const header, entry = 6, 16
	for i := range int(binary.LittleEndian.Uint16(file.Bytes()[4:])) {
		sizes = append(sizes, (int(file.Bytes()[header+entry*i])+255)%256+1) // 0 is 256
	}
	slices.Sort(sizes)
	if want := []int{16, 20, 24, 32, 40, 48, 64, 128, 256}; !slices.Equal(sizes, want) {
		t.Errorf("%s: the icon has sizes %v, want %v", arch, sizes, want)
	}
}

func TestPortable_licences(t *testing.T) {
	text := string(get(t, unzipped(t, one(t, "*windows-amd64.zip")), theName+"/LICENSE.txt").content)
	for _, want := range []string{"the Go standard library", "golang.org/x/sys:", "github.com/gorilla/schema:", "github.com/dibbler-app/dibbler:", "\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("some lines end in a bare line feed")
	}
}

// signArgs are arguments of osslsigncode for the certificate of [certificate].
const signArgs = "-pkcs12 me.p12 -readpass password"

// certificate makes an authority, ca.pem, and a certificate for signing code, me.p12. They are in a
// new folder, which becomes the working directory.
func certificate(t *testing.T) {
	t.Helper()
	need(t, "openssl", "openssl")
	need(t, "osslsigncode", "osslsigncode")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("extensions", []byte("extendedKeyUsage=codeSigning\nkeyUsage=digitalSignature\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("password", []byte("it's $ecret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{
		"req -x509 -newkey rsa:2048 -nodes -subj /CN=Authority -days 2 -keyout ca.key -out ca.pem",
		"req -newkey rsa:2048 -nodes -subj /CN=Publisher -keyout key -out request",
		"x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out cert.pem",
		"pkcs12 -export -inkey key -in cert.pem -passout file:password -out me.p12",
	} {
		if out, err := exec.Command("openssl", strings.Fields(command)...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", command, err, out)
		}
	}
}

func TestSign(t *testing.T) {
	need(t, "makensis", "nsis")
	root, err := source(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	certificate(t)
	if err := run(context.Background(), root, []string{"-only", "windows/amd64", "-sign", signArgs, "-sign-ca", "ca.pem"}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, distFolder)
	if bill := id + "-windows-amd64.cdx.json"; len(read(t, filepath.Join(dir, bill))) == 0 {
		t.Errorf("%s is empty", bill)
	}
	installer := filepath.Join(dir, id+"-windows-amd64-setup.exe")
	program := filepath.Join(t.TempDir(), "program.exe")
	packed := get(t, unzipped(t, filepath.Join(dir, id+"-windows-amd64.zip")), theName+"/"+theCommand+".exe").content
	if err := os.WriteFile(program, packed, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{installer, program} {
		check(t, "osslsigncode", "verify", "-CAfile", "ca.pem", "-in", path)

		content := read(t, path)
		content[len(content)/2] ^= 1
		content[len(content)/3] ^= 1
		changed := filepath.Join(t.TempDir(), "changed.exe")
		if err := os.WriteFile(changed, content, 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("osslsigncode", "verify", "-CAfile", "ca.pem", "-in", changed).CombinedOutput(); err == nil {
			t.Errorf("%s with two changed bytes still verifies:\n%s", filepath.Base(path), out)
		}
	}
}

func TestSign_otherCA(t *testing.T) {
	need(t, "makensis", "nsis")
	root, err := source(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	certificate(t)
	otherCA, err := filepath.Abs("ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	certificate(t)
	if err := run(context.Background(), root, []string{"-only", "windows/amd64", "-sign", signArgs, "-sign-ca", otherCA}); err == nil {
		t.Error("a signature by an unknown authority is accepted")
	}
	leavesNothing(t, root)
}

func TestShellWords(t *testing.T) {
	words := []string{"a b", `it's`, `$x`, "`y`", `\`, `"`, ""}
	out, err := exec.Command("sh", "-c", "printf '%s\\n' "+shellWords(words)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(out), strings.Join(words, "\n")+"\n"; got != want {
		t.Errorf("the shell reads %q, want %q", got, want)
	}
}

// TestInstaller_32bit packages with an NSIS that makes only 32-bit programs, like that of its
// authors. It is a fake that refuses 64 bits and calls the real one.
func TestInstaller_32bit(t *testing.T) {
	need(t, "makensis", "nsis")
	real, err := exec.LookPath("makensis")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := "#!/bin/sh\nfor last; do :; done\ngrep -q '^Target amd64' \"$last\" && exit 1\nexec '" + real + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "makensis"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	root, err := source(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), root, []string{"-only", "windows/amd64"}); err != nil {
		t.Fatal(err)
	}
	f, err := pe.Open(filepath.Join(root, distFolder, id+"-windows-amd64-setup.exe"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Machine != pe.IMAGE_FILE_MACHINE_I386 {
		t.Errorf("the installer is for machine %#x", f.Machine)
	}
}
