package main

import (
	"bytes"
	"fmt"
	"image/png"
	"os"

	"github.com/jackmordaunt/icns/v3"
	"howett.net/plist"

	"github.com/dibbler-app/dibbler/build/internal/about"
)

func (p *packaging) macOS(made program) error {
	bundle, err := p.bundle(made)
	if err != nil {
		return err
	}
	name := p.name("macos-" + made.goarch)
	if !made.tray {
		name += "-no-tray"
	}
	archive, err := zipped(about.Name+".app", bundle, p.date)
	if err != nil {
		return err
	}
	return p.add(name+".zip", archive)
}

// bundle is what is in the folder that a Mac shows as one program. It registers nothing of
// what the program opens, since the tray's library does not hear of that.
func (p *packaging) bundle(made program) ([]file, error) {
	info, err := p.infoPlist()
	if err != nil {
		return nil, err
	}
	icon, err := p.icns()
	if err != nil {
		return nil, err
	}
	binary, err := os.ReadFile(made.path)
	if err != nil {
		return nil, err
	}
	return []file{
		{"Contents/Info.plist", data, info},
		{"Contents/MacOS/" + about.ID, executable, binary},
		{"Contents/Resources/" + about.ID + ".icns", data, icon},
		{"Contents/Resources/LICENSE.txt", data, made.notices},
	}, nil
}

// An infoPlist says to macOS what a bundle is; see Apple's Information Property
// List.
type infoPlist struct {
	Identifier     string `plist:"CFBundleIdentifier"`
	Name           string `plist:"CFBundleName"`
	DisplayName    string `plist:"CFBundleDisplayName"`
	Executable     string `plist:"CFBundleExecutable"`
	Icon           string `plist:"CFBundleIconFile"`
	ShortVersion   string `plist:"CFBundleShortVersionString"`
	Version        string `plist:"CFBundleVersion"`
	PackageType    string `plist:"CFBundlePackageType"`
	InfoVersion    string `plist:"CFBundleInfoDictionaryVersion"`
	Region         string `plist:"CFBundleDevelopmentRegion"`
	Copyright      string `plist:"NSHumanReadableCopyright"`
	MinimumSystem  string `plist:"LSMinimumSystemVersion"`
	UIElement      bool   `plist:"LSUIElement"` // no icon in the Dock
	HighResolution bool   `plist:"NSHighResolutionCapable"`
}

func (p *packaging) infoPlist() ([]byte, error) {
	return plist.MarshalIndent(infoPlist{
		Identifier: about.ReverseDNS, Name: about.Name, DisplayName: about.Name, Executable: about.ID,
		Icon: about.ID, ShortVersion: p.version, Version: p.version, PackageType: "APPL", InfoVersion: "6.0",
		Region: "en", Copyright: about.Publisher + ", " + about.License,
		MinimumSystem: "12.0", // as Go
		UIElement:     true, HighResolution: true,
	}, plist.XMLFormat, "\t")
}

func (p *packaging) icns() ([]byte, error) {
	picture, err := p.icon(1024)
	if err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := icns.NewEncoder(&b).WithAlgorithm(icns.Lanczos3).Encode(img); err != nil {
		return nil, fmt.Errorf("icns: %w", err)
	}
	return b.Bytes(), nil
}
