// Package assets holds the files that the program carries inside itself.
//
// The pictures are made from the SVG drawings by the program in build/icons.
package assets

import _ "embed"

// The program's icon, for pages.
var (
	// IconSVG is the drawing itself, the favicon of browsers that take SVG.
	//go:embed icon/dibbler.svg
	IconSVG []byte
	// IconICO holds the sizes from 16 to 256 pixels, for /favicon.ico.
	//go:embed icon/dibbler.ico
	IconICO []byte
)

// The tray's icon, in the form that each system takes.
var (
	// TrayPNG is for Linux and BSD. A program cannot know there whether the
	// panel is light or dark, so this one is seen on both.
	//go:embed tray/tray.png
	TrayPNG []byte
	// TrayTemplate is for macOS, which colours it to suit the menu bar.
	//go:embed tray/template.png
	TrayTemplate []byte
	// TrayLightICO is for a light Windows task bar.
	//go:embed tray/light.ico
	TrayLightICO []byte
	// TrayDarkICO is for a dark Windows task bar.
	//go:embed tray/dark.ico
	TrayDarkICO []byte
)
