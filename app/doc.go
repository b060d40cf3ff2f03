// Package app makes plug-ins into a program that somebody has as their own tool:
// it starts with a double-click, opens in the browser, lives in the tray with
// Open and Shutdown, answers nobody but its owner, and ends without losing a
// request.
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
// A program runs once for each user. Starting it again opens the page of the one
// that runs. It is found at 127.0.0.1 and [::1], at last time's port if that is
// free.
//
// # Its owner
//
// Only processes of the user who runs the program are answered, which is asked
// of the system before anything is read, and of those only what the user means:
// requests that another web page makes the browser send are refused. Where the
// system does not tell whose a connection is, the program says so in its log and
// on its pages.
//
// # Its pages
//
// Beside those of the plug-ins there are some whose names begin with app:
// /app.settings, /app.log and /app.shutdown. Every page of HTML gets a tail at its
// end: a script that says goodbye in open tabs when the program ends and, where
// there is no tray, shows the program's name in a lower corner, with what the icon's
// menu would offer. It leaves the page's layout alone. A page whose
// Content-Security-Policy forbids scripts, connections or forms of its own address,
// such as an error page, is shown without it. What a script fetches, a browser
// saves or curl asks for is left alone. Only Firefox does not tell that it saves what
// a link with the attribute download leads to: send HTML that is meant for a file
// with the header Content-Disposition: attachment.
//
// # Its look
//
// A page with this line in its head looks like the program's own:
//
//	<link rel="stylesheet" href="/app.css">
//
// The style sheet is for plain HTML: text, forms with hints and errors, tables,
// notices, navigation, dialogs; light, dark, on a phone and on paper. It says at its
// top which classes there are and how errors stand beside their fields. An accent
// colour is one line, <html style="--accent: teal">; it is made darker or lighter as
// far as its contrast needs. What the page's own style sheet says wins. The tool in
// app/gallery shows all of it, to be copied from:
//
//	go run github.com/dibbler-app/dibbler/app/gallery
//
// # Its plug-ins
//
// A plug-in that has the method StartTool is handed the program: its [Tool] has a
// folder for files, further patterns of pages, lines in the icon's menu, tasks and
// other ports, and tells when to write down what is in memory.
//
//	func (t *Timer) StartTool(ctx context.Context, tool *app.Tool) error {
//		t.tool = tool
//		tool.Tray(t.tray)
//		return tool.Handle("GET /plan/{name}", t.plan)
//	}
//
// Open pages show what it tells them with [Tool.Publish], without a script of their own:
//
//	tool.Publish("tick", left) // <output data-live="tick">…</output>
//
// A plug-in can also veto connections, see [dibbler.ConnFilter].
//
// What it writes with [log/slog] or [log] goes to log.txt, which Show log shows. A
// program that was double-clicked has nobody who reads its standard output.
//
// # Its tests
//
// Package app/apptest starts a program in a test and uses it as its owner would, by
// labels, buttons and the lines of the icon's menu.
//
// # Its files
//
// A tool keeps its own files in the folder that [Tool.Dir] returns. Open them in
// StartTool, not before Main: a second launch and -quit run what comes before it as
// well, beside the program that has the files in use. [Open] keeps a value in a small
// file there, and [Settings] one that the owner can change on the page /app.settings.
//
// # Limits
//
// A request's header has 64 KiB and ten seconds, a form 1000 values, and a body as
// many bytes as App.MaxBody says, with at most 30 seconds between two pieces of it. A
// client that does not take a piece of the answer for a minute is cut off, and a
// connection that is not used is closed after one. There can be 1000 connections. A
// methlet itself may take as long as it likes, until the program ends.
//
// # Its end
//
// When the program ends, no more requests are accepted, and those in flight have ten
// seconds to finish, four when the desktop session ends. The contexts of those that
// have not are cancelled, and their connections are cut; a second later nothing is
// waited for any more. A methlet that does not heed its context can then still run
// beside the functions of [Tool.OnFlush], and is gone with the program.
package app
