package notice

import (
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

func TestNotice(t *testing.T) {
	for _, daemon := range daemons {
		t.Run(daemon.name, func(t *testing.T) {
			d := desktop.Start(t)
			daemon.spawn(t, d)
			n := start(t, d, "-no-tray")
			n.notify("Import finished", "3 of 4 lines were <b>read</b> & kept.", "/report?n=3")
			at := n.shown(1)[0]
			d.Screenshot("text")
			d.Click(daemon.place(at), daemon.button)
			desktop.Await(t, "the page to open", func() bool { return len(n.opened()) == 1 })
			if got := n.opened()[0]; got != n.URL+"report?n=3" {
				t.Errorf("opened %s", got)
			}
			n.shown(0)
			hostile := "<img src=\"file:///etc/passwd\"><a href='http://elsewhere.test/'>Click</a>\r\n&amp;&lt;b&gt; \x00\xff\x1b[31m %s %n \u202ereversed\n" + strings.Repeat("long ", 2000)
			n.notify("<b>Bold</b> & <i>\n"+strings.Repeat("title ", 100), hostile, "")
			n.shown(1)
			d.Screenshot("hostile")
		})
	}
}
