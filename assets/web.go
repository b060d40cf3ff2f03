package assets

import "embed"

// Web holds what package app's own pages are made of, in the folder web.
//
//go:embed web
var Web embed.FS
