package program

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Other users, root among them, are refused.
func TestOtherUsers(t *testing.T) {
	tool.NeedRoot(t)
	for _, owner := range []uint32{0, tool.Nobody} {
		t.Run(fmt.Sprint("owner ", owner), func(t *testing.T) {
			d := desktop.Start(t)
			home := tool.OwnedFolder(t, owner)
			p := tool.Start(t, d, tool.InHome(home, owner), slowTool, "-no-browser", "-no-tray")
			at, err := url.Parse(p.URL)
			if err != nil {
				t.Fatal(err)
			}
			visit := func(uid uint32, host, what string) string {
				t.Helper()
				cmd := d.Command(intruder, host, at.Port(), what)
				tool.As(uid)(cmd)
				v := d.Spawn(cmd)
				if code := v.Wait().ExitCode(); code != 0 {
					t.Fatalf("the intruder did not run: %s", v.Stderr())
				}
				return v.Stdout()
			}
			for _, host := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"} {
				if got := visit(owner, host, "ask"); !strings.Contains(got, "200 OK") {
					t.Errorf("the owner is answered at %s with %q", host, got)
				}
				p.Line("reached GET intruder")
				if got := visit(tool.Nobody-owner, host, "ask"); !strings.HasPrefix(got, "cut: ") {
					t.Errorf("somebody else is answered at %s with %q", host, got)
				}
				visit(tool.Nobody-owner, host, "leave")
			}
			// What has arrived by now was accepted before this.
			visit(owner, "127.0.0.1", "ask")
			p.Line("reached GET intruder")
			if n := strings.Count(p.Stdout(), "reached"); n != 4 {
				t.Errorf("%d requests have reached the plug-in, 4 of them the owner's", n)
			}
		})
	}
}
