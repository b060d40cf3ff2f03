// A tool that greets people.
package main

import "github.com/dibbler-app/dibbler/app"

//go:generate go tool dibble icons

var version = "0.1.0"

func main() {
	app.Main(app.App{
		Name:    "Greeter",
		ID:      "com.example.greeter",
		Version: version,
		About: app.About{
			Publisher: "", // such as "Ada Lovelace <ada@example.org>"; Linux packages need it
			Summary:   "Greets people",
			License:   "", // such as "MIT"
		},
		Icon:    icon,
		Accent:  "teal",
		Plugins: []any{Greeter{}},
	})
}
