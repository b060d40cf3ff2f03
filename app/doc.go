// Package app turns plug-ins into a program that is somebody's personal tool: it
// starts with a double-click, opens in the browser, lives in the tray with Open and
// Shutdown, answers nobody but its owner, and ends without losing a request.
//
//	func main() {
//		app.Main(app.App{
//			Name:    "Calendar",
//			Plugins: []any{&calendar.Calendar{}},
//		})
//	}
//
// # One program
//
// A program runs once for each user. If it is started again, the page of the running
// program opens. It listens at 127.0.0.1 and [::1], on the same port as last time if
// that is free.
//
// # Its owner
//
// The program answers only processes of the user who runs it. It asks the system
// whose a connection is before it reads anything. It also refuses requests that
// another web page makes the user's browser send. Where the system does not tell whose
// a connection is, the program says so in its log and on its pages.
//
// # Its pages
//
// Beside the pages of the plug-ins, the program has pages whose names begin with app:
// /app.settings, /app.log, /app.jobs and others. The program adds a tail to the end of every
// HTML page: a script that says goodbye in open tabs when the program ends, shows the notices
// that the desktop does not show and, where there is no tray, shows the program's name in a
// lower corner, with the items of the icon's menu. It does not change the page's layout. A page gets no tail if its
// Content-Security-Policy forbids scripts, connections or forms of its own address, as
// that of an error page does. Nor does a response that a script fetches, a browser saves
// or curl asks for. But Firefox does not say that it saves the target of a link with the
// attribute download, so send HTML that is meant for a file with the header
// Content-Disposition: attachment.
//
// # Its look
//
// A page with this line in its head looks like the program's own:
//
//	<link rel="stylesheet" href="/app.css">
//
// The style sheet is for plain HTML: text, forms with hints and errors, tables,
// notices, navigation, dialogs; light, dark, on a phone and on paper. The comment at its
// top lists the classes and shows how to mark up errors beside fields. App.Accent sets its
// colour. The page's own style sheet has priority. The tool in app/gallery shows every
// element, to copy from:
//
//	go run github.com/dibbler-app/dibbler/app/gallery
//
// # Its plug-ins
//
// If a plug-in has the method StartTool, it is called with a [Tool], through which the
// plug-in uses the program: it gives a folder for files, adds patterns of pages, lines in
// the icon's menu, tasks and other ports, and says when to save what is in memory.
//
//	func (t *Timer) StartTool(ctx context.Context, tool *app.Tool) error {
//		t.tool = tool
//		tool.Tray(t.tray)
//		return tool.Handle("GET /plan/{name}", t.plan)
//	}
//
// Open pages show the data of [Tool.Publish], without a script of their own:
//
//	tool.Publish("tick", left) // <output data-live="tick">…</output>
//
// A plug-in can also veto connections, see [dibbler.ConnFilter].
//
// Packages [log/slog] and [log] write to log.txt, which Show log shows. Nobody reads the
// standard output of a program that was started with a double-click.
//
// # Its tests
//
// Package app/apptest starts a program in a test and uses it as its owner would: by the
// labels, buttons and links of its pages, and the lines of the icon's menu.
//
// # Its files
//
// A tool keeps its own files in the folder that [Tool.Dir] returns. Open them in
// StartTool, not before Main: code before Main also runs at a second launch and at -quit,
// while the running program uses the files. [Open] keeps a value in a small file there,
// and [Settings] keeps one that the owner can change on the page /app.settings.
//
// # Limits
//
// A request's header can have 64 KiB and take ten seconds, a form can have 1000 values,
// and a body App.MaxBody bytes, with at most 30 seconds between two pieces of it. A
// client that reads nothing of the response for a minute is cut off, and an idle
// connection is closed after a minute. There can be 1000 connections. A methlet can take
// as long as it likes, until the program ends.
//
// # Its end
//
// When the program ends, it accepts no more requests. Those in flight have ten seconds to
// finish, or four when the desktop session ends. Then the contexts of the others are
// canceled and their connections are cut, and a second later the program stops waiting
// for them. A methlet that ignores its context can still be running while the functions
// of [Tool.OnFlush] are called, until the process exits.
package app
