// Package login has real clients log in to a server that is protected by Basic
// and Digest authentication. Its tests are all there is.
package login

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/icholy/digest"

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

// logins are all clients with what they log in to.
var logins = []struct {
	client
	to offer
}{
	{curl("--basic"), basic},
	{curl("--anyauth"), basic},
	{requests("basic"), basic},
	{wget, basic},
	{lwp, basic},

	{curl("--digest"), sha256},
	{curl("--anyauth"), sha256},
	{requests("digest"), sha256},
	{wget, sha256},
	{lwp, sha256},

	{curl("--digest"), md5},
	{requests("digest"), md5},
	{wget, md5},
	{lwp, md5},
}

// forEachLogin runs the test for each client.
func forEachLogin(t *testing.T, test func(t *testing.T, c client, v *vault)) {
	for _, login := range logins {
		t.Run(login.client.name+" to "+login.to.name, func(t *testing.T) {
			v := open(t, login.to.newAuth)
			test(t, login.client, v)
			v.log(t)
		})
	}
}

// who is the client that forEachLogin runs the test for, and what it logs in to.
func who(t *testing.T) string { return strings.ReplaceAll(path.Base(t.Name()), "_", " ") }

func TestLogin_rightPassword(t *testing.T) {
	n := proof.Times(4, 100)
	forEachLogin(t, func(t *testing.T, c client, v *vault) {
		output := c.run(t, c.get(v, user, password, slices.Repeat([]string{"/"}, n)))
		v.mustShow(t, output, n)
		proof.Held(t, "pages seen with the right password: "+who(t), n, seen(output))
	})
}

func TestLogin_wrongPassword(t *testing.T) {
	n := proof.Times(2, 50)
	forEachLogin(t, func(t *testing.T, c client, v *vault) {
		saw := 0
		for _, wrong := range []struct{ user, password string }{{user, "wrong"}, {"eve", password}} {
			output := c.run(t, c.get(v, wrong.user, wrong.password, slices.Repeat([]string{"/"}, n)))
			if strings.Contains(output, treasure) {
				t.Errorf("%s:%s sees %s", wrong.user, wrong.password, output)
			}
			saw += strings.Count(output, treasure)
		}
		proof.Held(t, "pages not seen with a wrong name or password: "+who(t), 2*n, 2*n-saw)
		if n := v.opened.Load(); n != 0 {
			t.Errorf("the methlet ran %d times", n)
		}
		if v.refused.Load() == 0 {
			t.Error("the client never came")
		}
	})
}

func TestLogin_form(t *testing.T) {
	const size = 100_000
	forEachLogin(t, func(t *testing.T, c client, v *vault) {
		output := c.run(t, c.post(v, user, password, formFile(t, size)))
		v.mustShow(t, output, 1)
		if want := fmt.Sprintf("with %d bytes", size); !strings.Contains(output, want) {
			t.Errorf("got %s; want a page %s", output, want)
		}
	})
}

// Clients that are logged in take another nonce without asking anybody.
func TestLogin_newServerKey(t *testing.T) {
	for _, c := range []client{curl("--digest"), requests("digest"), wget, lwp} {
		t.Run(c.name, func(t *testing.T) {
			v := open(t, newDigest)
			v.mustShow(t, c.run(t, c.get(v, user, password, []string{"/", "/new.key", "/", "/new.key", "/", "/"})), 6)
			v.log(t)
		})
	}
}

// w3m 0.5.3 does not log in where SHA-256 is offered before MD5.
func TestLogin_w3m(t *testing.T) {
	v := open(t, newMD5)
	output := w3m.run(t, w3m.get(v, user, "wrong", []string{"/"}))
	v.mustShow(t, output, 0)
	proof.Held(t, "pages not seen with a wrong name or password: w3m to MD5", 1, 1-seen(output))
	output = w3m.run(t, w3m.get(v, user, password, []string{"/"}))
	v.mustShow(t, output, 1)
	proof.Held(t, "pages seen with the right password: w3m to MD5", 1, seen(output))
	v.log(t)
}

// Digest's other judge, with requests that overtake each other.
func TestLogin_goClient(t *testing.T) {
	for _, to := range []offer{sha256, md5} {
		t.Run(to.name, func(t *testing.T) {
			v := open(t, to.newAuth)
			connections := new(http.Transport)
			defer connections.CloseIdleConnections()
			fetch := func(transport *digest.Transport) (string, error) {
				resp, err := (&http.Client{Transport: transport}).PostForm(v.url.String(), map[string][]string{"note": {"hello"}})
				if err != nil {
					return "", err
				}
				defer resp.Body.Close()
				page, err := io.ReadAll(resp.Body)
				return string(page), err
			}

			wrong := &digest.Transport{Username: user, Password: "wrong", Transport: connections}
			if page, err := fetch(wrong); err != nil || strings.Contains(page, treasure) || v.opened.Load() != 0 {
				t.Errorf("a wrong password gets %q, %v, and the methlet ran %d times", page, err, v.opened.Load())
			}

			const workers, each = 10, 20
			right := &digest.Transport{Username: user, Password: password, Transport: connections}
			var all sync.WaitGroup
			var mu sync.Mutex
			var pages strings.Builder
			for range workers {
				all.Go(func() {
					for range each {
						page, err := fetch(right)
						if err != nil {
							t.Error(err)
						}
						mu.Lock()
						pages.WriteString(page)
						mu.Unlock()
					}
				})
			}
			all.Wait()
			v.mustShow(t, pages.String(), workers*each)
			v.log(t)
		})
	}
}
