package main

import (
	"os"

	"howett.net/plist"
)

func (p *packaging) macOS(made program) error {
	bundle, err := p.bundle(made)
	if err != nil {
		return err
	}
	name := p.name("macos-" + made.goarch)
	if !made.tray {
		p.remark("the programs for macOS have no tray, which only a Mac's compiler can make: package them on a Mac, with -only macos")
		name += "-no-tray"
	}
	archive, err := zipped(p.Name+".app", bundle, p.date)
	if err != nil {
		return err
	}
	return p.add(name+".zip", archive)
}

// bundle returns the files of the folder that a Mac shows as a program. It does not register
// files and URLs that the program opens, because the tray's library does not pass them on.
func (p *packaging) bundle(made program) ([]file, error) {
	info, err := p.infoPlist()
	if err != nil {
		return nil, err
	}
	icon, err := p.icon.ICNS()
	if err != nil {
		return nil, err
	}
	binary, err := os.ReadFile(made.path)
	if err != nil {
		return nil, err
	}
	return []file{
		{"Contents/Info.plist", data, info},
		{"Contents/MacOS/" + p.Command, executable, binary},
		{"Contents/Resources/" + p.Command + ".icns", data, icon},
		{"Contents/Resources/LICENSE.txt", data, made.notices},
	}, nil
}

// minimumMacOS is the oldest macOS that Go supports.
const minimumMacOS = "12.0"

// An infoPlist describes a bundle to macOS; see Apple's Information Property List.
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
		Identifier: p.identifier, Name: p.Name, DisplayName: p.Name, Executable: p.Command,
		Icon: p.Command, ShortVersion: p.Version, Version: p.Version, PackageType: "APPL", InfoVersion: "6.0",
		Region: "en", Copyright: p.subject().Copyright,
		MinimumSystem: minimumMacOS,
		UIElement:     true, HighResolution: true,
	}, plist.XMLFormat, "\t")
}
