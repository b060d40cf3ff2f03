// A tool that keeps a list of expenses.
package main

import "github.com/dibbler-app/dibbler/app"

//go:generate go tool dibble icons

var version = "0.1.0"

func main() {
	app.Main(app.App{
		Name:    "Expenses",
		ID:      "com.example.expenses",
		Version: version,
		About: app.About{
			Publisher: "", // such as "Ada Lovelace <ada@example.org>"; Linux packages need it
			Summary:   "Keeps a list of expenses",
			License:   "", // such as "MIT"
		},
		Icon:    icon,
		Accent:  "rebeccapurple",
		Plugins: []any{&Expenses{}},
	})
}
