package pick

import (
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// dialogs are the dialogs on Linux, with the places of their Cancel buttons and the keys that
// open a field for a path.
var dialogs = []struct {
	name          string
	right, bottom int
	keys          []string
}{
	{"gtk portal", 140, 25, []string{"ctrl+l"}},
	{"kde portal", 40, 27, nil},
	{"zenity", 140, 25, []string{"ctrl+l"}},
	{"kdialog", 40, 27, nil},
}

func TestDialogs(t *testing.T) {
	for _, dialog := range dialogs {
		t.Run(dialog.name, func(t *testing.T) {
			if strings.HasPrefix(dialog.name, "k") {
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
