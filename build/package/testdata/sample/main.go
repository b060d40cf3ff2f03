// Command teatimer is packaged by the tests. Its name has an umlaut, its ID has dots, and
// it opens files and URLs.
package main

import (
	"context"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

var version = "1.2.3"

func main() {
	app.Main(app.App{
		Name:    "Teeübung",
		ID:      "com.example.teatimer",
		Version: version,
		About: app.About{
			Publisher: "Ada Lovelace <ada@example.org>",
			Summary:   "Übung in der Kunst, Tee zu kochen",
			Description: "Boils tea, again & again, as green, black or white tea wants it, and \"beeps\" when it's ready. " +
				"What was boiled, and for how long, is kept in a list that can be shown and printed.",
			Homepage: "https://ada.example.org/tea?a=1&b=2",
			Keywords: []string{"tea", "Übung"},
		},
		Opens:   []app.Opens{{Ext: ".tea", MIME: "application/x-tea", Title: "Teeplan"}, {Scheme: "tea"}},
		Plugins: []any{timer{}},
	})
}

type timer struct{}

func (timer) StartTool(ctx context.Context, tool *app.Tool) error {
	return tool.OnLaunch(func(context.Context, []string, string) (string, error) { return "/", nil })
}

func (timer) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("tea")
	return err
}
