// Package assets holds the files that the program carries inside itself.
//
// go run ./build icons draws the pictures in icon from icon.svg and glyph.svg.
package assets

import _ "embed"

// IconICO is the program's icon in sizes from 16 to 256 pixels, for
// /favicon.ico and the Windows program.
//
//go:embed icon/icon.ico
var IconICO []byte

// The tray's icon, in the form that each system takes.
var (
	// TrayPNG is for Linux and BSD. A program cannot know there whether the
	// panel is light or dark, so this one is seen on both.
	//go:embed icon/tray.png
	TrayPNG []byte
	// TrayTemplate is for macOS, which colours it to suit the menu bar.
	//go:embed icon/template.png
	TrayTemplate []byte
	// TrayLightICO is for a light Windows task bar.
	//go:embed icon/light.ico
	TrayLightICO []byte
	// TrayDarkICO is for a dark Windows task bar.
	//go:embed icon/dark.ico
	TrayDarkICO []byte
)
