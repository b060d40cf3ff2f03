package dibbler_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Diary is a plug-in for users who have logged in.
type Diary struct{}

func (Diary) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "Dear diary, %s was here.\n", w.User())
	return err
}

// All pages of the server require a login. The program decides where it keeps the
// passwords.
func ExampleDigest() {
	passwords := map[string]string{"ada": "difference engine"}
	server := dibbler.Server{
		Auth: &dibbler.Digest{
			Realm: "Ada's diary",
			Password: func(user string) (string, bool) {
				password, ok := passwords[user]
				return password, ok
			},
		},
	}
	if err := server.Register(Diary{}); err != nil {
		log.Fatal(err)
	}

	// A program would run the server in a Context. This request has no login.
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
	fmt.Println(answer.Code, http.StatusText(answer.Code))
	for _, challenge := range answer.Result().Header.Values("WWW-Authenticate") {
		fmt.Println(challenge[:len(`Digest realm="Ada's diary"`)])
	}
	// Output:
	// 401 Unauthorized
	// Digest realm="Ada's diary"
	// Digest realm="Ada's diary"
}
