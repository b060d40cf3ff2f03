package tray

import (
	"log/slog"
	"sync"

	"fyne.io/systray"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const themeKey = `Software\Microsoft\Windows\CurrentVersion\Themes\Personalize`

// lightTaskbar reports whether the task bar is light. It is dark on versions of Windows
// without this setting.
func lightTaskbar() bool {
	key, err := registry.OpenKey(registry.CURRENT_USER, themeKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer key.Close()
	light, _, err := key.GetIntegerValue("SystemUsesLightTheme")
	return err == nil && light != 0
}

var setting sync.Mutex // held while the icon is chosen and set

// setIcon may be called concurrently.
func (t *Tray) setIcon(m mark) {
	setting.Lock()
	defer setting.Unlock()
	data := t.Icon.windows(lightTaskbar(), m)
	if data == nil {
		slog.Warn("tray: Windows cannot show the icon; set Icon.LightICO, Icon.DarkICO or a PNG of at most 256 by 256 pixels")
		return
	}
	systray.SetIcon(data)
}

// followTheme changes the icon when the colour of the task bar changes. It blocks in a
// system call and ends with the process.
func (t *Tray) followTheme() {
	key, err := registry.OpenKey(registry.CURRENT_USER, themeKey, registry.NOTIFY)
	if err != nil {
		return // this version of Windows has no such setting
	}
	defer key.Close()
	light := lightTaskbar()
	for {
		err := windows.RegNotifyChangeKeyValue(windows.Handle(key), false,
			windows.REG_NOTIFY_CHANGE_LAST_SET, 0, false)
		if err != nil {
			slog.Warn("tray: the icon no longer follows the colour of the task bar", "err", err)
			return
		}
		if now := lightTaskbar(); now != light && t.quit.Err() == nil {
			light = now
			t.setIcon(t.latest.get().mark())
		}
	}
}
