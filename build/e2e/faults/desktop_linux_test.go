package faults

import (
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// While the bus or the panel is frozen, a running program and a new one serve, answer a
// second launch, and shut down.
func TestDesktop_freezes(t *testing.T) {
	for _, name := range []string{"dbus-daemon", "xfce4-panel"} {
		t.Run(name, func(t *testing.T) {
			d := desktop.Start(t)
			panel := d.StartPanel(desktop.Dark)
			p := tool.Start(t, d, nil, badTool, "-no-browser")
			panel.AwaitIcon()
			for pid, program := range d.Running() {
				if program == name {
					if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
						t.Fatal(err)
					}
					defer syscall.Kill(pid, syscall.SIGCONT)
				}
			}
			for _, again := range []bool{false, true} {
				if again {
					p = tool.Start(t, d, nil, badTool, "-no-browser")
				}
				tool.Get(t, p.URL)
				tool.Start(t, d, nil, badTool, "-no-browser").Ends(0)
				p.Stop()
			}
		})
	}
}
