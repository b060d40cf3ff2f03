package login

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/dibbler"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	user     = "ada"
	password = "difference-engine"
	treasure = "the crown jewels"
)

// A vault is a server whose pages are for people who log in. It is what an author
// would write, and counts.
type vault struct {
	url     *url.URL
	opened  atomic.Int32 // how often a methlet ran
	refused atomic.Int32 // how many requests were asked to log in
	newAuth func() dibbler.Authenticator

	mu   sync.Mutex
	auth dibbler.Authenticator
}

type vaultForm struct {
	Note string `schema:"note"`
}

func (v *vault) OnHome(w *dibbler.Response, r *http.Request, form vaultForm) error {
	v.opened.Add(1)
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "%s are seen by %s with %d bytes\n", treasure, w.User(), len(form.Note))
	return err
}

// OnNewKey has all nonces forgotten, as a new start of the program does.
func (v *vault) OnNewKey(w *dibbler.Response, r *http.Request) error {
	v.mu.Lock()
	v.auth = v.newAuth()
	v.mu.Unlock()
	return v.OnHome(w, r, vaultForm{})
}

// Authenticate implements [dibbler.Authenticator] with the one that is wanted
// now.
func (v *vault) Authenticate(r *http.Request) (string, error) {
	v.mu.Lock()
	auth := v.auth
	v.mu.Unlock()
	who, err := auth.Authenticate(r)
	if err != nil {
		v.refused.Add(1)
		return "", err
	}
	return who, nil
}

func passwordOf(name string) (string, bool) { return password, name == user }

func newDigest() dibbler.Authenticator { return &dibbler.Digest{Password: passwordOf} }

func newBasic() dibbler.Authenticator {
	return &dibbler.Basic{Check: func(name, p string) bool {
		return name == user && subtle.ConstantTimeCompare([]byte(p), []byte(password)) == 1
	}}
}

func newMD5() dibbler.Authenticator { return onlyMD5{newDigest()} }

// onlyMD5 offers what clients want that know nothing better.
type onlyMD5 struct{ dibbler.Authenticator }

func (a onlyMD5) Authenticate(r *http.Request) (string, error) {
	who, err := a.Authenticator.Authenticate(r)
	if refusal, ok := errors.AsType[*dibbler.Error](err); ok {
		offers := refusal.Header["Www-Authenticate"]
		refusal.Header["Www-Authenticate"] = offers[max(0, len(offers)-1):]
	}
	return who, err
}

// open serves a vault until the test ends.
func open(t *testing.T, newAuth func() dibbler.Authenticator) *vault {
	t.Helper()
	v := &vault{newAuth: newAuth, auth: newAuth()}
	server := &dibbler.Server{Addr: "127.0.0.1:0", Auth: v}
	if err := server.Register(v); err != nil {
		t.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(server); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- env.Run(context.Background()) }()
	t.Cleanup(func() {
		env.Stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	var err error
	if v.url, err = url.Parse(server.URL()); err != nil {
		t.Fatal(err)
	}
	return v
}

// mustShow fails the test unless output has n of the pages and as many were
// made.
func (v *vault) mustShow(t *testing.T, output string, n int) {
	t.Helper()
	if got := strings.Count(output, treasure+" are seen by "+user); got != n {
		t.Errorf("%d pages were seen; want %d. Output:\n%s", got, n, output)
	}
	if got := v.opened.Load(); got != int32(n) {
		t.Errorf("methlets ran %d times; want %d", got, n)
	}
}
