module github.com/dibbler-app/dibbler

go 1.26.0

require (
	fyne.io/systray v1.12.2
	github.com/godbus/dbus/v5 v5.2.4
	go.uber.org/goleak v1.3.0
	golang.org/x/sys v0.49.0
)
