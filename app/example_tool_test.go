package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// t replaces the *testing.T of a test, which would call Stop at the end.
var t = app.ExampleTest

// A guestBook is a plug-in that opens a file before the first page is served, and closes
// it after the last one.
type guestBook struct {
	dibbler.OneAtATime
	file *os.File
}

func (b *guestBook) StartTool(_ context.Context, tool *app.Tool) (err error) {
	b.file, err = os.OpenFile(filepath.Join(tool.Dir(), "guests.txt"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return tool.OnFlush(func(context.Context) error { return b.file.Close() })
}

func (b *guestBook) OnSign(w *dibbler.Response, r *http.Request, form struct{ Name string }) error {
	if _, err := fmt.Fprintln(b.file, form.Name); err != nil {
		return err
	}
	guests, err := os.ReadFile(b.file.Name())
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, strings.Fields(string(guests)))
	return err
}

func ExampleStarter() {
	p := apptest.Start(t, app.App{Name: "Guests", Plugins: []any{&guestBook{}}})
	defer p.Stop()
	fmt.Println(p.Get("/sign?Name=Ada").Text())
	fmt.Println(p.Get("/sign?Name=Grace").Text())
	// Output:
	// [Ada]
	// [Ada Grace]
}

// A larder serves paths with a wildcard.
type larder struct{}

func (l larder) StartTool(_ context.Context, tool *app.Tool) error {
	return tool.Handle("GET /shelf/{n}", l.shelf)
}

// shelf has the signature of a methlet. N is filled in from the path.
func (larder) shelf(w *dibbler.Response, r *http.Request, form struct{ N int }) error {
	_, err := fmt.Fprintf(w, "shelf %d", form.N)
	return err
}

func ExampleTool_Handle() {
	p := apptest.Start(t, app.App{Name: "Larder", Plugins: []any{larder{}}})
	defer p.Stop()
	fmt.Println(p.Get("/shelf/3").Text())
	// Output: shelf 3
}

// A download shows its progress in the tray, and a menu item with a check mark.
type download struct {
	paused atomic.Bool // Tray and Do are called by different goroutines
	share  float64
}

func (d *download) StartTool(_ context.Context, tool *app.Tool) error {
	tool.Tray(d.tray)
	return nil
}

func (d *download) tray() app.TrayInfo {
	paused := d.paused.Load()
	info := app.TrayInfo{
		Tooltip: []string{fmt.Sprintf("%.0f %% of the maps", 100*d.share)},
		Items: []app.TrayItem{
			{Label: "Maps", Page: "/maps"},
			{Label: "Pause", Checkable: true, Checked: paused, Do: func(context.Context) error {
				d.paused.Store(!paused) // after this, d.tray is called again
				return nil
			}},
		},
	}
	if !paused {
		info.Status, info.Done = tray.Busy, d.share
	}
	return info
}

func ExampleTool_Tray() {
	p := apptest.Start(t, app.App{Name: "Maps", Plugins: []any{larder{}, &download{share: .4}}})
	defer p.Stop()
	status, done := p.Status()
	fmt.Println(p.Menu()[2:4], status == tray.Busy, done)
	p.Choose("Pause")
	status, _ = p.Status()
	fmt.Println(p.Menu()[2:4], status == tray.Busy)
	// Output:
	// [Maps [ ] Pause] true 0.4
	// [Maps [x] Pause] false
}

// A shop is a plug-in with a task and a page that ends the program.
type shop struct{ tool *app.Tool }

func (s *shop) StartTool(_ context.Context, tool *app.Tool) error {
	s.tool = tool
	return tool.Add(&dibbler.Task{Name: "goods", Run: func(ctx context.Context) error {
		<-ctx.Done() // when the program ends
		return nil
	}})
}

func (s *shop) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := fmt.Fprint(w, strings.HasPrefix(s.tool.URL("/goods?new=1"), "http://127.0.0.1:"))
	return err
}

func (s *shop) OnClose(w *dibbler.Response, r *http.Request) error {
	s.tool.Stop() // does not wait, so this page is still sent
	_, err := fmt.Fprint(w, "closed")
	return err
}

func ExampleTool_Stop() {
	p := apptest.Start(t, app.App{Name: "Shop", Plugins: []any{&shop{}}})
	fmt.Println(p.Get("/").Text())
	fmt.Println(p.Get("/close").Text())
	p.WaitFor("the end", p.Ended)
	// Output:
	// true
	// closed
}

// A brewery opens links such as tea:green on a page with a button. The link alone changes
// nothing, because any web page can have such a link.
type brewery struct{}

func (brewery) StartTool(_ context.Context, tool *app.Tool) error {
	return tool.OnLaunch(func(_ context.Context, args []string, _ string) (string, error) {
		return "/brew?" + url.Values{"tea": args}.Encode(), nil
	})
}

func ExampleTool_OnLaunch() {
	opens := []app.Opens{{Scheme: "tea"}}
	p := apptest.Start(t, app.App{Name: "Brewery", Opens: opens, Plugins: []any{brewery{}}})
	defer p.Stop()
	fmt.Println(p.Launch("--", "tea:green"))
	// Output: /brew?tea=tea%3Agreen <nil>
}
