// Package desktop starts a Linux desktop for one test: a screen (Xvfb), a
// session bus (dbus-daemon) and a home folder, all private to the test and gone
// after it. On request there are a panel with a tray (xfce4-panel) and a browser
// that opens web addresses (Chromium).
//
//	func TestOpen(t *testing.T) {
//		d := desktop.Start(t)
//		panel := d.StartPanel(desktop.Dark)
//		browser := d.UseBrowser()
//		app := d.Spawn(d.Command(binary))
//		panel.AwaitIcon()
//		panel.Choose("Open")
//		ctx := browser.Page("http://127.0.0.1:")
//		…
//		panel.Choose("Shutdown")
//		if code := app.Wait().ExitCode(); code != 0 { … }
//	}
//
// Where a part is missing the test is skipped, and says which Debian package
// holds it. What does not happen before go test -timeout is nearly over fails the
// test: methods of this package call t.Fatal, so they belong in the test's own
// goroutine.
//
// With DIBBLER_SCREENSHOTS=folder in the environment, [Desktop.Screenshot] keeps
// its pictures there for people to look at, and every failed test leaves one.
//
// The package is for Linux alone; on other systems it is empty, and tests that
// use it carry the constraint linux.
package desktop
