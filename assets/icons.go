// Package assets has the files that are embedded in programs.
//
// The command go run ./build icons makes the pictures in icon from icon.svg and glyph.svg.
package assets

import _ "embed"

// IconICO is the default icon in sizes from 16 to 256 pixels, for /favicon.ico and Windows
// programs.
//
//go:embed icon/icon.ico
var IconICO []byte

// The icon of the tray in the formats of the systems.
var (
	// TrayPNG is for Linux and BSD. It is visible on light and dark panels, because
	// programs cannot find out the colour of the panel.
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
