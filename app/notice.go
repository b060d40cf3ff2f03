package app

import (
	"errors"

	"github.com/dibbler-app/dibbler/app/internal/notice"
)

// A Notice tells the owner that something has happened while no page of the program is
// visible, such as the end of a long job.
type Notice struct {
	Title string // one line, such as "Import finished"; required
	Text  string // a few lines of plain text; may be empty
	Page  string // opened by a click, such as "/report/3"; empty means the home page
}

// Notify shows n as a notification of the desktop, usually in a corner of the screen. It
// does not wait. It returns an error if n has no title, its page is not a page of the
// program, or the program has ended.
//
// A notice replaces an earlier notice with the same title. At most one notice is shown
// each second. Up to 20 wait for their turn; if there are more, the oldest is dropped and
// the log says so. The desktop keeps the last 20. At most 100 characters of a title and
// 500 characters of a text, in at most 10 lines, are shown; on Windows 63 and 255
// characters. After the program has ended, a click on a notice does nothing.
//
// On Linux and BSD, the desktop's notification service shows notices. If it is not
// running, the message bus starts it. On Xfce, a notice is opened with a button instead
// of a click. On Windows, the tray icon shows notices, and a click opens the page of the
// latest notice; this was tested only under Wine. On macOS, osascript shows notices,
// under the name and the icon of Script Editor, and a click does not open the page; this
// was never tested on a Mac.
//
// If the desktop cannot show notices, the icon asks for attention until the owner has
// opened or closed the notice. The icon's menu and tooltip have its title, and open pages
// show the notice. The last 20 are kept.
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
