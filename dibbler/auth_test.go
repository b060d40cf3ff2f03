package dibbler

import (
	"bufio"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

const (
	testUser     = "ada"
	testPassword = "difference engine"
	treasure     = "the crown jewels"
)

// A vault is a plug-in that counts the calls of its methlets.
type vault struct{ opened atomic.Int32 }

type vaultForm struct {
	Shelf int `schema:"shelf"`
}

func (v *vault) OnHome(w *Response, r *http.Request, form vaultForm) error {
	v.opened.Add(1)
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "%s on shelf %d for %s", treasure, form.Shelf, w.User())
	return err
}

func (v *vault) OnUnknown(w *Response, r *http.Request) error { return v.OnHome(w, r, vaultForm{}) }

// serveVault serves a vault behind auth until the test ends.
func serveVault(t *testing.T, auth Authenticator) (*httptest.Server, *vault) {
	t.Helper()
	v := new(vault)
	s := register(t, v)
	s.Auth = auth
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return srv, v
}

// An answer is an HTTP response with its body.
type answer struct {
	status int
	header http.Header
	body   string
}

// visit sends a GET with the Authorization headers.
func visit(t *testing.T, srv *httptest.Server, target string, authorization ...string) answer {
	t.Helper()
	r, err := http.NewRequest("GET", srv.URL+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header["Authorization"] = authorization
	return send(t, srv, r)
}

func send(t *testing.T, srv *httptest.Server, r *http.Request) answer {
	t.Helper()
	resp, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, readAll(t, resp.Body)}
}

// mustBeAllowed fails the test unless a is the vault's page for testUser.
func mustBeAllowed(t *testing.T, a answer) {
	t.Helper()
	if want := " for " + testUser; a.status != http.StatusOK || !strings.HasSuffix(a.body, want) {
		t.Fatalf("got status %d and %q; want 200 and a page %q", a.status, a.body, want)
	}
}

// mustBeRefused fails the test unless a has the status and nothing of the vault, and no
// methlet of the vault was called.
func mustBeRefused(t *testing.T, v *vault, a answer, status int) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d; want %d", a.status, status)
	}
	if n := v.opened.Load(); n != 0 {
		t.Errorf("the methlet ran %d times", n)
	}
	if strings.Contains(a.body, treasure) {
		t.Errorf("the answer shows the protected page: %q", a.body)
	}
	if asks := len(a.header.Values("Www-Authenticate")) > 0; asks != (status == http.StatusUnauthorized) {
		t.Errorf("status %d with WWW-Authenticate %q", status, a.header.Values("Www-Authenticate"))
	}
}

func passwordOf(user string) (string, bool) { return testPassword, user == testUser }

func checkPassword(user, password string) bool {
	want, ok := passwordOf(user)
	return subtle.ConstantTimeCompare([]byte(password), []byte(want)) == 1 && ok
}

// schemes are the two Authenticators, each with a function that makes credentials.
var schemes = []struct {
	name  string
	auth  func() Authenticator
	login func(t *testing.T, srv *httptest.Server, target, user, password string) (header string)
}{
	{
		"Basic",
		func() Authenticator { return &Basic{Check: checkPassword} },
		func(t *testing.T, srv *httptest.Server, target, user, password string) string {
			return basicHeader(user, password)
		},
	},
	{
		"Digest",
		func() Authenticator { return &Digest{Password: passwordOf} },
		func(t *testing.T, srv *httptest.Server, target, user, password string) string {
			c := challenges(t, visit(t, srv, target))[0]
			return digestReply{user: user, password: password, uri: target}.to(c)
		},
	},
}

func TestAuth_rightPassword(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme.name, func(t *testing.T) {
			srv, v := serveVault(t, scheme.auth())
			for _, target := range []string{"/", "/?shelf=3", "/no/such/page", "/%2e?q=%22a+b%22&x=,"} {
				mustBeAllowed(t, visit(t, srv, target, scheme.login(t, srv, target, testUser, testPassword)))
			}
			if n := v.opened.Load(); n != 4 {
				t.Errorf("the methlets ran %d times; want 4", n)
			}
		})
	}
}

func TestAuth_wrongPassword(t *testing.T) {
	wrong := []struct{ user, password string }{
		{testUser, "wrong"},
		{testUser, ""},
		{testUser, testPassword + " "},
		{strings.ToUpper(testUser), testPassword},
		{"nobody", testPassword},
		{"nobody", ""},
	}
	for _, scheme := range schemes {
		for _, w := range wrong {
			t.Run(scheme.name+"/"+w.user+":"+w.password, func(t *testing.T) {
				srv, v := serveVault(t, scheme.auth())
				for _, target := range []string{"/", "/no.such.page", "/?shelf=x"} {
					header := scheme.login(t, srv, target, w.user, w.password)
					mustBeRefused(t, v, visit(t, srv, target, header), http.StatusUnauthorized)
				}
			})
		}
	}
}

func TestAuth_noPassword(t *testing.T) {
	for _, scheme := range schemes {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FROB"} {
			t.Run(scheme.name+"/"+method, func(t *testing.T) {
				srv, v := serveVault(t, scheme.auth())
				r, err := http.NewRequest(method, srv.URL+"/", strings.NewReader("shelf=3"))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				mustBeRefused(t, v, send(t, srv, r), http.StatusUnauthorized)
			})
		}
	}
}

// The original Dibbler sent the 401, then called the methlet all the same, and sent its page
// on the same connection.
func TestAuth_nothingAfterRefusal(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme.name, func(t *testing.T) {
			srv, v := serveVault(t, scheme.auth())
			conn := dial(t, srv.URL)
			fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			in := bufio.NewReader(conn)
			resp, page := readAnswer(t, in)
			after, err := io.ReadAll(in)
			if err != nil || len(after) > 0 {
				t.Errorf("%q, %v come after the answer", after, err)
			}
			mustBeRefused(t, v, answer{resp.StatusCode, resp.Header, page}, http.StatusUnauthorized)
			wantText(t, page, "You must log in.")
		})
	}
}

func TestAuth_unknownUser(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme.name, func(t *testing.T) {
			srv, _ := serveVault(t, scheme.auth())
			wrong := visit(t, srv, "/", scheme.login(t, srv, "/", testUser, "wrong"))
			unknown := visit(t, srv, "/", scheme.login(t, srv, "/", "nobody", "wrong"))
			for _, a := range []answer{wrong, unknown} {
				a.header.Del("Date")
				for i, offer := range a.header["Www-Authenticate"] {
					before, rest, _ := strings.Cut(offer, `nonce="`)
					_, after, _ := strings.Cut(rest, `"`)
					a.header["Www-Authenticate"][i] = before + after
				}
			}
			if fmt.Sprint(wrong) != fmt.Sprint(unknown) {
				t.Errorf("a wrong password gets\n%v\nbut an unknown user gets\n%v", wrong, unknown)
			}
		})
	}
}

func TestAuth_noCheck(t *testing.T) {
	for i, auth := range []Authenticator{new(Basic), new(Digest)} {
		t.Run(schemes[i].name, func(t *testing.T) {
			srv, v := serveVault(t, auth)
			header := schemes[i].login(t, srv, "/", testUser, "")
			mustBeRefused(t, v, visit(t, srv, "/", header), http.StatusUnauthorized)
		})
	}
}

func TestAuth_otherScheme(t *testing.T) {
	basic, basicVault := serveVault(t, schemes[0].auth())
	digest, digestVault := serveVault(t, schemes[1].auth())
	mustBeRefused(t, digestVault, visit(t, digest, "/", basicHeader(testUser, testPassword)), http.StatusUnauthorized)
	mustBeRefused(t, basicVault, visit(t, basic, "/", schemes[1].login(t, digest, "/", testUser, testPassword)), http.StatusUnauthorized)
}

func TestAuth_realmAndMessage(t *testing.T) {
	for _, tt := range []struct {
		auth Authenticator
		want string // in each challenge
	}{
		{new(Basic), `realm="Dibbler application server"`},
		{new(Digest), `realm="Dibbler application server"`},
		{&Basic{Realm: "Küche"}, `Basic realm="Küche", charset="UTF-8"`},
		{&Digest{Realm: "Küche"}, `Digest realm="Küche"`},
		{&Basic{Realm: "a \"b\" \\ c\r\nX-Evil: 1"}, `Basic realm="a 'b' / cX-Evil: 1"`},
		{&Digest{Realm: "a \"b\" \\ c\r\nX-Evil: 1"}, `Digest realm="a 'b' / cX-Evil: 1"`},
	} {
		srv, v := serveVault(t, tt.auth)
		a := visit(t, srv, "/")
		mustBeRefused(t, v, a, http.StatusUnauthorized)
		for _, challenge := range a.header.Values("Www-Authenticate") {
			if !strings.Contains(challenge, tt.want) {
				t.Errorf("challenge %s; want %s", challenge, tt.want)
			}
		}
		if a.header.Get("X-Evil") != "" {
			t.Error("the realm has added a header field")
		}
	}
	for _, auth := range []Authenticator{&Basic{CancelMessage: "Ask <b>Eve</b>."}, &Digest{CancelMessage: "Ask <b>Eve</b>."}} {
		srv, _ := serveVault(t, auth)
		if a := visit(t, srv, "/"); !strings.Contains(a.body, "Ask &lt;b&gt;Eve&lt;/b&gt;.") {
			t.Errorf("the page does not have CancelMessage, escaped: %s", a.body)
		}
	}
}

type authFunc func(*http.Request) (string, error)

func (f authFunc) Authenticate(r *http.Request) (string, error) { return f(r) }

func TestAuth_authenticatorFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		auth   authFunc
		status int
	}{
		{"an error", func(*http.Request) (string, error) { return testUser, errors.New("database is away") }, 500},
		{"an error with a status", func(*http.Request) (string, error) { return testUser, &Error{Status: 403} }, 403},
		{"a panic", func(*http.Request) (string, error) { panic("database is away") }, 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv, v := serveVault(t, tt.auth)
			mustBeRefused(t, v, visit(t, srv, "/"), tt.status)
		})
	}
}

func TestAuth_twoHeaders(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme.name, func(t *testing.T) {
			srv, v := serveVault(t, scheme.auth())
			header := scheme.login(t, srv, "/", testUser, testPassword)
			mustBeRefused(t, v, visit(t, srv, "/", header, header), http.StatusBadRequest)
			mustBeRefused(t, v, visit(t, srv, "/", "Bearer x", header), http.StatusBadRequest)
		})
	}
}
