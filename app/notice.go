package app

import (
	"errors"

	"github.com/dibbler-app/dibbler/app/internal/notice"
)

// A Notice tells the owner of something that has happened while no page of the program is
// seen, such as the end of long work.
type Notice struct {
	Title string // one line, such as "Import finished"; required
	Text  string // plain text of a few lines, never markup; may be empty
	Page  string // opened by a click, such as "/report/3"; empty: the home page
}

// Notify shows n in a corner of the owner's screen, or as the desktop shows such notices. It
// does not wait. It returns an error if n has no title, its page is not a page of the program,
// or the program has ended.
//
// A later notice with the same title replaces an earlier one. At most one notice a second is
// shown, and at most twenty wait for that: then the oldest of them is dropped, and the log
// says so. The desktop keeps the last twenty. Of a title 100 characters are shown, and of a text
// 500, in at most 10 lines; Windows shows 63 and 255. After the end of the program, a click on a
// notice does nothing.
//
// On Linux and BSD, the desktop's own service shows notices, and the bus starts it if need be.
// Xfce has a button in place of the click. On Windows, the icon in the tray shows them, and a
// click opens the page of the latest one. On macOS, osascript shows them: they have the name
// and the icon of the script editor, and a click does not open the page. That has never run
// on a Mac, and the notices on Windows only under wine.
//
// Where the desktop shows no notices, the icon asks for attention until the owner has opened
// or closed the notice: its title is in the icon's menu and tooltip, and open pages show it.
// Then too, the last twenty are kept.
func (t *Tool) Notify(n Notice) error {
	checked, err := notice.Check(notice.Notice(n))
	if err != nil {
		return t.named(err)
	}
	select {
	case <-t.life.Ended():
		return t.named(errors.New("the program has ended"))
	default:
	}
	t.site.Notify(checked)
	return nil
}
