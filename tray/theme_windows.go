package tray

import (
	"log/slog"
	"sync"

	"fyne.io/systray"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const themeKey = `Software\Microsoft\Windows\CurrentVersion\Themes\Personalize`

// lightTaskbar reports whether the task bar is light. It is dark on a Windows
// without that choice.
func lightTaskbar() bool {
	key, err := registry.OpenKey(registry.CURRENT_USER, themeKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer key.Close()
	light, _, err := key.GetIntegerValue("SystemUsesLightTheme")
	return err == nil && light != 0
}

var setting sync.Mutex // held from the look at the task bar until the icon is set

// setIcon may be called concurrently.
func (t *Tray) setIcon(m mark) {
	setting.Lock()
	defer setting.Unlock()
	data := t.Icon.windows(lightTaskbar(), m)
	if data == nil {
		slog.Warn("tray: there is no icon that Windows can show; set Icon.LightICO, Icon.DarkICO or a PNG of at most 256 pixels")
		return
	}
	systray.SetIcon(data)
}

// followTheme changes the icon with the colour of the task bar. It blocks in
// the system until the user changes the colours, and ends with the process.
func (t *Tray) followTheme() {
	key, err := registry.OpenKey(registry.CURRENT_USER, themeKey, registry.NOTIFY)
	if err != nil {
		return // a Windows without a choice of colours
	}
	defer key.Close()
	light := lightTaskbar()
	for {
		err := windows.RegNotifyChangeKeyValue(windows.Handle(key), false,
			windows.REG_NOTIFY_CHANGE_LAST_SET, 0, false)
		if err != nil {
			slog.Warn("tray: the icon does not follow the colour of the task bar any more", "err", err)
			return
		}
		if now := lightTaskbar(); now != light && t.quit.Err() == nil {
			light = now
			t.setIcon(t.latest.get().mark())
		}
	}
}
