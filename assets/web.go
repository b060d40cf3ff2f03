package assets

import "embed"

// Web has the templates, style sheets and scripts of package app's pages, in the folder
// web.
//
//go:embed web
var Web embed.FS
