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
// If a part is missing, the test is skipped with the name of its Debian package. Methods call
// t.Fatal, so use them in the test's own goroutine.
//
// With DIBBLER_SCREENSHOTS=folder in the environment, [Desktop.Screenshot] keeps its pictures
// there, and every failed test leaves one.
//
// The package is for Linux only; on other systems it is empty.
package desktop
