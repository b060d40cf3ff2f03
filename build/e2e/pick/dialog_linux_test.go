package pick

import (
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// The dialogs that there are on Linux, with the places of their Cancel buttons and the keys
// that open a field for a path.
var dialogs = []struct {
	name          string
	right, bottom int
	keys          []string
}{{"portal", 140, 25, []string{"ctrl+l"}}, {"zenity", 140, 25, []string{"ctrl+l"}}, {"kdialog", 40, 27, nil}}

func TestDialogs(t *testing.T) {
	for _, dialog := range dialogs {
		t.Run(dialog.name, func(t *testing.T) {
			if dialog.name == "kdialog" {
				proof.Only(t)
			}
			c := start(t, dialog.name)
			c.ask("Title=Choose+it&Types=.ics&Types=.csv")
			w := c.window("Choose it")
			w.writeExisting("a+b c.ics", dialog.keys...)
			c.d.Screenshot("typed")
			w.press("Return")
			c.chosen(c.file("a+b c.ics"))
			w.isGone()

			c.ask("Title=Write+it&Save=true&Name=new+file.pdf&Dir=/usr")
			w = c.window("Write it")
			w.write("new.pdf")
			c.d.Screenshot("save")
			w.press("Return")
			c.chosen(c.file("new.pdf"))
			w.isGone()

			c.ask("Title=Leave+it&Folder=true")
			w = c.window("Leave it")
			c.d.Screenshot("folder")
			w.click(dialog.right, dialog.bottom)
			c.failed("nothing was chosen")
			w.isGone()

			c.ask("Title=Close+it&Folder=true&Dir=/usr")
			w = c.window("Close it")
			c.d.Screenshot("folder in usr")
			w.press("Escape")
			c.failed("nothing was chosen")
			w.isGone()

			leave := c.ask("Multiple=true")
			w = c.window("Choose files")
			c.ask("")
			c.failed("another dialog of the program is open")
			leave()
			c.failed("context canceled")
			w.isGone()

			c.ask("")
			w = c.window("Choose a file")
			c.Signal(syscall.SIGTERM)
			c.failed("the program is ending")
			w.isGone()
			c.Ends(0)
		})
	}
}

// TestDialogs_portalEnds ends the two parts of the portal while a dialog is open. Afterwards,
// the next dialog starts them again. The titles differ because a dialog may stay for a while.
func TestDialogs_portalEnds(t *testing.T) {
	c := start(t, "portal")
	for part, reason := range map[string]string{
		"org.freedesktop.impl.portal.desktop.gtk": "nothing was chosen", // as after Escape: the portal gives one answer
		"org.freedesktop.portal.Desktop":          "portal ended",
	} {
		c.ask("Title=" + part)
		c.window(part)
		c.d.KillOwner(part)
		c.failed(reason)
	}
	c.ask("Title=Choose+it")
	c.window("Choose it").click(140, 25) // Cancel
	c.failed("nothing was chosen")
}
