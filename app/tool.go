package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Tool is the program, as one of its plug-ins sees it. The program makes one for each
// plug-in and hands it to StartTool; see [Starter]. Its methods may be called concurrently,
// also while the program ends. After the end they do nothing; those that then could not
// keep a promise return an error.
type Tool struct {
	plugin   string // for messages
	data     *dataFolder
	url      string
	life     *life.Life
	desk     *desk.Desk
	picker   *pick.Picker
	recent   *paths.Recent
	site     *web.Site
	saved    *savedFiles
	launches *launches
}

// Dir returns the folder for the tool's own files, such as a database. It is private
// to the user who runs the program, is the same for all plug-ins, and is there already:
//
//	Linux     $XDG_DATA_HOME/ID, by default ~/.local/share/ID
//	macOS     ~/Library/Application Support/ID/data
//	Windows   %LocalAppData%\ID\data
//
// Where there is no home that can be written to, a folder below [os.TempDir] stands in,
// and the owner is told so. If that fails as well, or the folder belongs to somebody else,
// the start of the program fails after StartTool. Under -self-test it is an empty folder
// that is removed afterwards.
func (t *Tool) Dir() string {
	path, warnings := t.data.open()
	for _, w := range warnings {
		slog.Warn(w)
		t.site.Warn(w)
	}
	return path
}

// A dataFolder is the folder of [Tool.Dir]. It is made when it is first asked for.
type dataFolder struct {
	make func() (path string, warnings []string, err error)

	mu   sync.Mutex
	path string
	err  error
}

// open returns the folder and, the first time, warnings for the owner.
func (d *dataFolder) open() (path string, warnings []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		if d.path, warnings, d.err = d.make(); d.err != nil {
			slog.Error("no folder for the tool's files", "err", d.err)
			d.path = os.DevNull // in which nothing can be made
		}
	}
	return d.path, warnings
}

// failure returns why there is no folder, if it was asked for.
func (d *dataFolder) failure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// makeData makes the folder for the files of the plug-ins.
func (i *invocation) makeData() (path string, warnings []string, err error) {
	if i.folders.Data != "" {
		return i.folders.Data, nil, nil
	}
	return dirs.MakeData(i.ID)
}

// URL returns the address of a page, such as "/" or "/expense/3?edit=1", for programs
// on this machine. It stays the same while the program runs.
func (t *Tool) URL(page string) string { return t.url + strings.TrimPrefix(page, "/") }

// Open opens a page, such as "/" or "/expense/3", in the owner's browser. It does not
// wait for that: if the browser does not open, the owner is told where the page is.
func (t *Tool) Open(page string) error {
	if !loopback.IsPage(page) {
		return t.named(fmt.Errorf("cannot open %q, which is no page of the program; give a path such as /expense/3", page))
	}
	select {
	case <-t.life.Ended():
		return t.named(errors.New("the program has ended"))
	default:
	}
	t.desk.Browse(page)
	return nil
}

// Stop asks the program to end, as Shutdown in the icon's menu does. It does not wait:
// what is in flight finishes, also the caller.
func (t *Tool) Stop() { t.life.Shutdown() }

// Handle serves pages whose paths a methlet's name cannot say; see
// [dibbler.Server.Handle] for patterns and handlers. It can be called until StartTool
// returns. The pages are behind the same checks as methlets, and answer to the method
// that the pattern names.
func (t *Tool) Handle(pattern string, h any) error {
	return t.named(t.site.Handle(pattern, h))
}

// Landing lets another site lead the owner's browser to the page at path, with any
// query: a log-in elsewhere comes back to it. Without it, such a request is refused.
// Any site can then send the owner there, with a query of its choice. So compare the
// query's state with the one that this browser was sent away with, and change nothing
// otherwise. Landing can be called until StartTool returns.
func (t *Tool) Landing(path string) error {
	return t.named(t.site.Landing(path))
}

// Publish tells all open pages of the program, through the one connection that they
// share, what data is by now. Data is encoded by [encoding/json.Marshal]. A page gets it
// in two ways. Without a script of its own, by elements that name the event, or a part of
// its data:
//
//	<output data-live="tick">…</output>
//	<progress data-live="tick.done" value="0"></progress>
//
// And with one, by an event of the document:
//
//	<script>document.addEventListener("app:tick", e => show(e.detail.done))</script>
//
// A missing part is shown as nothing, and leaves a <progress> or <meter> without a value.
// Values are shown as text, never as markup. A list, or what else an element cannot show,
// is for a script. Publish each new value before a page shows it by itself: open pages,
// and that one, go by what was published last. Elements that a script adds later are filled in
// with what is published next.
//
// A screen reader reads out each change of an <output>. Take another element, such as
// <b>, for what changes all the time, and give one that is to be read out the attribute
// role="status".
//
// Publish is for the present state of something and not for messages: a page that is
// slow, was not seen or is opened later gets the latest data of each event, and none of
// what came before. While no page of the program is seen, none is told, so that the title
// of a tab in the background stays as it is; the icon is for what the owner is to see
// meanwhile, see [TrayInfo]. Pages are told at most twenty times a second, so Publish may
// be called as often as the state changes. An event's name begins with a letter and
// consists of letters, digits, hyphens and underscores. There can be 1000 of them, with
// 1 MiB of JSON each. Pages whose Content-Security-Policy forbids the program's script are
// not told, and a page in an <iframe> only if it has <script src="/app.js"></script> itself.
func (t *Tool) Publish(event string, data any) error {
	return t.named(t.site.Publish(event, data))
}

// Add adds tasks, and servers and listeners for further ports and protocols, which run
// and end with the program; see [dibbler.Context]. Their clients are checked as the
// program's own are: Add puts the check for the owner before the Filter of a
// [dibbler.Listener] and the filters of a [dibbler.Server], and the check for requests of
// other web pages around a server's Wrap. Their addresses must be of this machine alone,
// such as 127.0.0.1:0.
func (t *Tool) Add(services ...dibbler.Service) error {
	if err := t.site.Guard(services...); err != nil {
		return t.named(err)
	}
	return t.named(t.life.Add(services...))
}

// AddUnguarded is Add without the checks: who connects, from this machine or another,
// is the author's business.
func (t *Tool) AddUnguarded(services ...dibbler.Service) error {
	return t.named(t.life.Add(services...))
}

// OnFlush has f called once when the program ends and nothing is in flight any more
// but what was cut, to write down what is still in memory. The functions of all
// plug-ins are called one after the other, the last one first, also when the start
// fails. There are ten seconds for all of them; when the desktop session ends, what is
// left of four; and when the owner does not want to wait, about one. ctx is canceled
// then, and the program ends all the same. After a crash, a kill or a power cut f is
// not called, so write down what must not be lost when it comes.
func (t *Tool) OnFlush(f func(ctx context.Context) error) error {
	if f == nil {
		return t.named(errors.New("OnFlush(nil)"))
	}
	return t.named(t.life.OnFlush(t.plugin, f))
}

// named says whose error it is.
func (t *Tool) named(err error) error {
	if err != nil {
		return fmt.Errorf("app: plug-in %s: %w", t.plugin, err)
	}
	return nil
}
