// Package app turns plug-ins into a personal tool: a program that starts with a
// double-click, opens in the browser, lives in the tray with Open and Shutdown, answers
// only its owner, and shuts down without losing a request.
//
//	func main() {
//		app.Main(app.App{
//			Name:    "Calendar",
//			Plugins: []any{&calendar.Calendar{}},
//		})
//	}
//
// A plug-in is a Go value whose methods serve pages: OnSpam serves /spam. Such a method is
// called a methlet; see package [github.com/dibbler-app/dibbler/dibbler]. The owner of a
// program is the user who runs it. The program's flag -help lists its other flags.
//
// # One instance
//
// Each user has at most one running instance of a program. Starting the program again
// opens the home page of the running instance. The program listens at 127.0.0.1 and
// [::1], on the same port as last time if that port is free.
//
// # Access
//
// The program answers only processes of its owner. It asks the operating system which
// user owns a connection before it reads anything. It also refuses requests that another
// web page makes the owner's browser send. If the operating system cannot
// tell the owner of a connection, the program says so in its log and on its pages.
//
// # Pages
//
// In addition to the pages of the plug-ins, the program has its own pages, whose names
// begin with app: /app.settings, /app.log, /app.jobs and others.
//
// The program adds a script to the end of every HTML page. When the program ends, the
// script says so in the open tabs. It shows the notices that the desktop cannot show. If
// there is no tray, it shows the program's name and the items of the icon's menu in a
// lower corner. It does not change the layout of the page.
//
// The script is left out if the page's Content-Security-Policy forbids scripts, forms or
// connections to the page's own address, as the policy of an error page does. It
// is also left out of responses to scripts, to curl, and to a browser that saves a file.
// Firefox does not tell the server that it saves the target of a link with the attribute
// download, so send HTML that is meant to be saved with the header Content-Disposition:
// attachment.
//
// # Style sheet
//
// A page with this line in its head looks like the program's own pages:
//
//	<link rel="stylesheet" href="/app.css">
//
// The style sheet covers plain HTML: text, forms with hints and errors, tables, notices,
// navigation and dialogs, in light and dark, on phones and on paper. The comment at its
// top lists the classes and shows how to mark up errors beside fields. App.Accent sets
// its colour. A page can override its rules in a style sheet of its own. The tool in
// app/gallery shows every element:
//
//	go run github.com/dibbler-app/dibbler/app/gallery
//
// # Plug-ins
//
// If a plug-in has the method StartTool, the program calls it with a [Tool] before it
// serves the first page. The plug-in uses the Tool to get a folder for its files, to add
// patterns, menu items, tasks and listeners on other ports, and to save its data during
// shutdown.
//
//	func (t *Timer) StartTool(ctx context.Context, tool *app.Tool) error {
//		t.tool = tool
//		tool.Tray(t.tray)
//		return tool.Handle("GET /plan/{name}", t.plan)
//	}
//
// Open pages show the data of [Tool.Publish] without a script of their own:
//
//	tool.Publish("tick", left) // <output data-live="tick">…</output>
//
// A plug-in can also refuse connections; see [dibbler.ConnFilter].
//
// The default loggers of [log/slog] and [log] write to log.txt, which the menu item Show
// log shows. The standard output of a program that was started with a double-click is
// lost.
//
// # Development
//
// While its author works on a program, the command "go tool dibble dev" builds and
// restarts it after each change, and reloads its open pages. The program then has an ID
// of its own, so it runs beside the installed one and has other data. See also [Files]
// and [Templates].
//
// # Tests
//
// Package app/apptest starts a program in a test and uses it as its owner would: by the
// labels, buttons and links of its pages, and by the items of the icon's menu.
//
// # Files
//
// A tool keeps its own files in the folder that [Tool.Dir] returns. Open them in
// StartTool, not before Main: code before Main also runs in a second instance and with
// -quit, while the running program uses the files. [Open] keeps a value in a small file
// in that folder, and [Settings] keeps a value that the owner can change on the page
// /app.settings.
//
// # Limits
//
// The limits of the program's server are:
//
//   - 10 seconds for the header of a request, of at most 64 KiB
//   - App.MaxBody bytes for a request's body, and 30 seconds until its next bytes arrive
//   - 1000 values in a form
//   - 60 seconds for the client to take each piece of a response, of up to 1 MiB
//   - 60 seconds until the next request on a connection
//   - 1000 open connections
//
// A methlet may run for any time, until the program shuts down.
//
// # Shutdown
//
// The program shuts down when its owner chooses Shutdown in the menu or on a page, runs
// it with -quit or ends the desktop session; when it gets a signal; when [Tool.Stop] is
// called; and when a methlet returns [dibbler.ErrShutdown].
//
// When the program shuts down, it accepts no more requests. Unfinished requests get 10
// seconds to finish, or 4 when the desktop session ends. Then the contexts of those that
// remain are canceled and their connections are cut. The program waits another second for
// them. A methlet that ignores its context can still be running while the functions of
// [Tool.OnFlush] are called, until the process exits. A second signal, or Quit now in the
// menu, cuts unfinished requests at once.
package app
