package faults

import (
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The programs of the desktop exist and do not answer.
func TestDesktop_freezes(t *testing.T) {
	for _, name := range []string{"dbus-daemon", "xfce4-panel"} {
		t.Run(name, func(t *testing.T) {
			d := desktop.Start(t)
			panel := d.StartPanel(desktop.Dark)
			p := tool.Start(t, d, nil, badTool, "-no-browser")
			panel.AwaitIcon()
			for pid, running := range d.Running() {
				if running == name {
					if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
						t.Fatal(err)
					}
					defer syscall.Kill(pid, syscall.SIGCONT)
				}
			}
			// The one that runs, and one that starts now.
			for range 2 {
				tool.Get(t, p.URL)
				tool.Start(t, d, nil, badTool, "-no-browser").Ends(0)
				p.Stop()
				p = tool.Start(t, d, nil, badTool, "-no-browser")
			}
			p.Stop()
		})
	}
}
