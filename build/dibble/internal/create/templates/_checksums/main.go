// A tool that makes checksums of files, and compares them with a list.
package main

import "github.com/dibbler-app/dibbler/app"

//go:generate go tool dibble icons

var version = "0.1.0"

func main() {
	app.Main(app.App{
		Name:    "Checksums",
		ID:      "com.example.checksums",
		Version: version,
		About: app.About{
			Publisher: "", // such as "Ada Lovelace <ada@example.org>"; Linux packages need it
			Summary:   "Makes and compares checksums of files",
			License:   "", // such as "MIT"
		},
		Icon:    icon,
		Accent:  "steelblue",
		Plugins: []any{&Checksums{}},
	})
}
