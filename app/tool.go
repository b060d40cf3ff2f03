package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/plugins"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Starter is a plug-in that gets a [Tool] before the program serves any page. It need
// not have methlets. StartTool is called for one plug-in after another, in the order of
// App.Plugins. If it returns an error or panics, the program does not start, and the
// owner is shown the error. Services that plug-ins have already added are closed, and the
// functions of [Tool.OnFlush] are called.
//
// ctx is for goroutines that the plug-in starts. It is canceled when the program ends and
// all requests have finished or been cut, before the functions of OnFlush are called. The
// channel that [dibbler.Stopping] returns for ctx is closed when the program begins to
// shut down.
type Starter interface {
	StartTool(ctx context.Context, tool *Tool) error
}

// A Tool gives a plug-in access to the program. The program passes each plug-in its own
// Tool; see [Starter]. The methods may be called concurrently, and also during and after
// shutdown. After shutdown they do nothing, and methods that cannot do their work return
// an error.
type Tool struct {
	plugin   string // its name, for messages
	data     *dirs.DataFolder
	url      string
	life     *life.Life
	desk     *desk.Desk
	picker   *pick.Picker
	recent   *paths.Recent
	site     *web.Site
	saved    *savedFiles
	launches *launch.Pages
}

// Dir returns the folder for the tool's own files, such as a database. The folder exists,
// is the same for all plug-ins, and can be read only by the user who runs the program:
//
//	Linux     $XDG_DATA_HOME/ID, by default ~/.local/share/ID
//	macOS     ~/Library/Application Support/ID/data
//	Windows   %LocalAppData%\ID\data
//
// If there is no home folder, or it cannot be written to, Dir uses a folder in
// [os.TempDir] and warns the owner. If that fails as well, or if the folder belongs to
// another user, the program does not start; the error is reported after StartTool
// returns. With -self-test, Dir returns an empty folder, which is removed after the test.
func (t *Tool) Dir() string {
	path, warnings := t.data.Open()
	for _, w := range warnings {
		slog.Warn(w)
		t.site.Warn(w)
	}
	return path
}

// URL returns the URL of a page, such as "/" or "/expense/3?edit=1", for other programs
// on this computer. The host and port stay the same while the program runs.
func (t *Tool) URL(page string) string { return t.url + strings.TrimPrefix(page, "/") }

// Open opens a page, such as "/" or "/expense/3", in the owner's browser. It does not
// wait for the browser. If the browser does not open, the owner is told the URL of the
// page. Open returns an error if page is not a page of the program or the program has
// ended.
func (t *Tool) Open(page string) error {
	if !loopback.IsPage(page) {
		return t.named(fmt.Errorf("cannot open %q, which is not a page of the program; use a path such as /expense/3", page))
	}
	select {
	case <-t.life.Ended():
		return t.named(errors.New("the program has ended"))
	default:
	}
	t.desk.Browse(page)
	return nil
}

// Stop asks the program to shut down, as Shutdown in the icon's menu does. It does not
// wait. Unfinished requests are allowed to finish, including the one that calls Stop.
func (t *Tool) Stop() { t.life.Shutdown() }

// Handle serves pages that no methlet can serve, such as paths with wildcards and methods
// other than GET and POST; see [dibbler.Server.Handle] for patterns and handlers. The
// pages have the same checks as methlets. Handle must be called before StartTool returns.
func (t *Tool) Handle(pattern string, h any) error {
	return t.named(t.site.Handle(pattern, h))
}

// Landing allows other web sites to send the owner's browser to the page at path, with
// any query. A login at another site needs such a page to return to. Without Landing, the
// program refuses such requests.
//
// Any site can then send the owner to this page, with a query of its choice. So the page
// must change nothing unless the state in the query is the one that was sent to the other
// site with this browser. The page must serve GET. path has no query and is not a page of
// the program's own. Landing must be called before StartTool returns.
func (t *Tool) Landing(path string) error {
	return t.named(t.site.Landing(path))
}

// Publish sends data to all open pages of the program as the current value of event. Data
// is encoded by [encoding/json.Marshal]. All pages share one connection. A page shows the
// value without a script, in elements that name the event or a part of its data:
//
//	<output data-live="tick">…</output>
//	<progress data-live="tick.done" value="0"></progress>
//
// A script gets the value in an event of the document:
//
//	<script>document.addEventListener("app:tick", e => show(e.detail.done))</script>
//
// Values are shown as text, never as markup. A missing part is shown as an empty text,
// and leaves a <progress> or <meter> without a value. Lists and other values that an
// element cannot show need a script. Elements that a script adds to the page are filled
// in by the next Publish of other data.
//
// An open page always shows the value that was published last. So if a page is also
// rendered with the current value, call Publish before rendering it.
//
// A screen reader reads out each change of an <output>. For a value that changes all the
// time, use another element, such as <b>. To have the text of another element read out,
// give it the attribute role="status".
//
// Publish is for the current state and not for messages. A page that is slow, hidden or
// opened later gets the latest data of each event, and nothing that was published before.
// While no page of the program is visible, no page is updated, so the title of a tab in
// the background does not change. Use the icon for news that the owner must see then; see
// [TrayInfo]. Pages are updated at most 20 times a second, so Publish may be called as
// often as the state changes.
//
// The name of an event begins with a letter and consists of letters, digits, hyphens and
// underscores. There can be 1000 events, each with up to 1 MiB of JSON. Pages whose
// Content-Security-Policy forbids the program's script are not updated. A page in an
// <iframe> is updated only if it has <script src="/app.js"></script> itself.
func (t *Tool) Publish(event string, data any) error {
	return t.named(t.site.Publish(event, data))
}

// Add adds tasks, and servers and listeners for other ports and protocols. They run and
// end with the program; see [dibbler.Context]. Their clients are checked like those of
// the program's own server: Add puts the check of the connection's owner before the
// Filter of a [dibbler.Listener] and after the filters that a [dibbler.Server] already
// has, and the check of requests from other web pages before the server's Wrap. Their
// addresses must be loopback addresses, such as 127.0.0.1:0.
func (t *Tool) Add(services ...dibbler.Service) error {
	if err := t.site.Guard(services...); err != nil {
		return t.named(err)
	}
	return t.named(t.life.Add(services...))
}

// AddUnguarded is like Add, but without the checks: anyone who can reach the address can
// connect, from this computer or another.
func (t *Tool) AddUnguarded(services ...dibbler.Service) error {
	return t.named(t.life.Add(services...))
}

// OnFlush registers f to be called once when the program ends, after all requests and
// other work have finished or been cut, to save data that is still in memory. The
// functions of all plug-ins are called one after another, last registered first, also if
// the program fails to start. Together they get 10 seconds, or the rest of 4 seconds when
// the desktop session ends, or about one second after Quit now or a second signal. Then
// ctx is canceled, and the program ends without waiting. After a crash, a kill or a power
// failure f is not called, so save important data at once.
func (t *Tool) OnFlush(f func(ctx context.Context) error) error {
	if f == nil {
		return t.named(errors.New("OnFlush: the function is nil"))
	}
	return t.named(t.life.OnFlush(t.plugin, f))
}

// named adds the name of the plug-in to err.
func (t *Tool) named(err error) error {
	if err != nil {
		return fmt.Errorf("app: plug-in %s: %w", t.plugin, err)
	}
	return nil
}

// newTool returns a Tool without the name of its plug-in.
func (i *invocation) newTool(p *program) Tool {
	return Tool{
		data:     i.folders.DataFolder(i.ID),
		url:      p.url,
		life:     i.life,
		desk:     p.desk,
		picker:   p.picker,
		recent:   p.recent,
		site:     p.site,
		saved:    new(savedFiles),
		launches: p.launches,
	}
}

// startPlugins calls StartTool of the plug-ins that have it. Each gets a copy of tool
// with its own name.
func (a *App) startPlugins(tool Tool) error {
	for _, plugin := range a.Plugins {
		starter, ok := plugin.(Starter)
		if !ok {
			if err := plugins.CheckUncalled(plugin, "StartTool", "StartTool(ctx context.Context, tool *app.Tool) error"); err != nil {
				return err
			}
			continue
		}
		own := tool
		own.plugin = fmt.Sprintf("%T", plugin)
		err := plugins.Call("StartTool", func() error { return starter.StartTool(tool.life.Context(), &own) })
		if err := errors.Join(tool.data.Err(), err); err != nil {
			return fmt.Errorf("plug-in %T: StartTool: %w", plugin, err)
		}
	}
	return nil
}

// pagePlugins returns the plug-ins to register with the server: all except Starters
// without methlets.
func (a *App) pagePlugins() []any {
	return slices.DeleteFunc(slices.Clone(a.Plugins), func(plugin any) bool {
		_, ok := plugin.(Starter)
		return ok && !plugins.HasMethlets(plugin)
	})
}
