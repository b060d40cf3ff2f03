package dibbler

import (
	"encoding/base64"
	"net/http"
	"testing"
)

func basicHeader(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestBasic_malformed(t *testing.T) {
	for _, tt := range []struct {
		header string
		status int
	}{
		{"", http.StatusUnauthorized},
		{" ", http.StatusUnauthorized},
		{"Bearer abc", http.StatusUnauthorized},
		{"Basicx " + basicHeader(testUser, testPassword)[6:], http.StatusUnauthorized},
		{"Basic", http.StatusBadRequest},
		{"Basic ", http.StatusBadRequest},
		{"Basic =", http.StatusBadRequest},
		{"Basic %%%", http.StatusBadRequest},
		{"Basic YWRh", http.StatusBadRequest}, // no colon
		{basicHeader(testUser, testPassword) + " x", http.StatusBadRequest},
	} {
		srv, v := serveVault(t, &Basic{Check: checkPassword})
		t.Run(tt.header, func(t *testing.T) { mustBeRefused(t, v, visit(t, srv, "/", tt.header), tt.status) })
	}
}

func TestBasic_anyPassword(t *testing.T) {
	for _, password := range []string{"", ":", "a:b", `"\`, "pässwört", "\x00\xff"} {
		var got string
		srv, _ := serveVault(t, &Basic{Check: func(user, p string) bool { got = p; return true }})
		mustBeAllowed(t, visit(t, srv, "/", basicHeader(testUser, password)))
		if got != password {
			t.Errorf("Check got %q; want %q", got, password)
		}
	}
}

func TestBasic_schemeInAnyCase(t *testing.T) {
	srv, _ := serveVault(t, &Basic{Check: checkPassword})
	mustBeAllowed(t, visit(t, srv, "/", "bASIC"+basicHeader(testUser, testPassword)[5:]))
}
