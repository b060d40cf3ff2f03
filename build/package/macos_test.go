package main

import (
	"bytes"
	"debug/macho"
	"image"
	"slices"
	"testing"

	"github.com/jackmordaunt/icns/v3"
	"howett.net/plist"
)

func TestMacBundle(t *testing.T) {
	for arch, cpu := range map[string]macho.Cpu{"amd64": macho.CpuAmd64, "arm64": macho.CpuArm64} {
		files := unzipped(t, one(t, "*-macos-"+arch+"-no-tray.zip"))
		contents := theName + ".app/Contents/"

		var info map[string]any
		if _, err := plist.Unmarshal(get(t, files, contents+"Info.plist").content, &info); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]any{
			"CFBundleIdentifier": theID, "CFBundleShortVersionString": theVersion,
			"CFBundlePackageType": "APPL", "LSUIElement": true, "LSMinimumSystemVersion": minimumMacOS,
		} {
			if info[key] != want {
				t.Errorf("%s is %v, want %v", key, info[key], want)
			}
		}
		executableFile := get(t, files, contents+"MacOS/"+info["CFBundleExecutable"].(string))
		program, err := macho.NewFile(bytes.NewReader(executableFile.content))
		if err != nil {
			t.Fatal(err)
		}
		if program.Cpu != cpu {
			t.Errorf("%s: the program is for %v", arch, program.Cpu)
		}
		icon := get(t, files, contents+"Resources/"+info["CFBundleIconFile"].(string)+".icns")
		pictures, err := icns.DecodeAll(bytes.NewReader(icon.content))
		if err != nil {
			t.Fatal(err)
		}
		if len(pictures) < 7 || !slices.ContainsFunc(pictures, func(i image.Image) bool { return i.Bounds().Dx() == 1024 }) {
			t.Errorf("%d pictures, or none of 1024 pixels", len(pictures))
		}
		for name, f := range files {
			want := data
			if name == contents+"MacOS/"+theCommand {
				want = executable
			}
			if f.mode != want {
				t.Errorf("%s has mode %v, want %v", name, f.mode, want)
			}
		}
	}
}

// TestCgoEnv: the C compiler of a Mac compiles for the oldest macOS that the bundle is said to
// support.
func TestCgoEnv(t *testing.T) {
	env := cgoEnv(true)
	for _, name := range []string{"CGO_CFLAGS", "CGO_LDFLAGS"} {
		if want := name + "=-O2 -g -mmacosx-version-min=" + minimumMacOS; !slices.Contains(env, want) {
			t.Errorf("%q, want %s", env, want)
		}
	}
}
