// Package login has real clients log in to a server that is protected by Basic
// and Digest authentication. Its tests are all there is.
package login

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/dibbler"
)

// An offer is a way to log in.
type offer struct {
	name    string
	newAuth func() dibbler.Authenticator
}

var (
	basic  = offer{"Basic", newBasic}
	sha256 = offer{"Digest", newDigest} // and MD5
	md5    = offer{"MD5", newMD5}
)

// Clients see pages with the right password, and nothing with a wrong one. They send
// forms, and take another nonce without asking anybody when the server has a new key.
func TestLogin_clients(t *testing.T) {
	const size = 100_000
	form := filepath.Join(t.TempDir(), "form")
	if err := os.WriteFile(form, []byte("note="+strings.Repeat("x", size)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range clients {
		for _, to := range c.to {
			t.Run(c.name+" to "+to.name, func(t *testing.T) {
				if c.program != "curl" {
					proof.Only(t) // one of them will do for every run
				}
				v := open(t, to.newAuth)
				home, times := v.url.String(), proof.Times(2, 50)
				for _, wrong := range [][2]string{{user, "wrong"}, {"eve", password}} {
					v.mustShow(t, c.run(t, wrong[0], wrong[1], "", slices.Repeat([]string{home}, times)...), 0)
				}
				if v.refused.Load() == 0 {
					t.Error("the client never came")
				}
				pages := slices.Repeat([]string{home, v.url.JoinPath("new.key").String()}, times)
				if c.name == "w3m" {
					v.mustShow(t, c.run(t, user, password, "", home), 1)
					return
				}
				if to.name == "Basic" || c.name == "curl --anyauth" {
					pages = slices.Repeat([]string{home}, 2*times)
				}
				output := c.run(t, user, password, "", pages...) + c.run(t, user, password, form, home)
				v.mustShow(t, output, 2*times+1)
				if want := fmt.Sprintf("with %d bytes", size); !strings.Contains(output, want) {
					t.Errorf("got %s; want a page %s", output, want)
				}
			})
		}
	}
}
