package soak

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A use is one thing that users do.
type use struct {
	name   string
	weight int // how often, in comparison with the others
	do     func(u *user) error
}

var uses = []use{
	{"page", 40, func(u *user) error { return u.getYear(u.browser) }},
	{"page over a new connection", 15, func(u *user) error { return u.getYear(tool.Client) }},
	{"form with a mistake", 10, func(u *user) error {
		resp, err := u.browser.Get(u.p.URL + "?year=nineteen")
		return check(resp, err, http.StatusUnprocessableEntity, "Enter a year from 1 to 9999.")
	}},
	{"panic", 2, func(u *user) error {
		resp, err := u.browser.Get(u.p.URL + "panic")
		return check(resp, err, http.StatusInternalServerError, "panic")
	}},
	{"upload", 2, func(u *user) error {
		content := strings.Repeat(string('a'+rand.N('z'-'a')), rand.N(largest))
		resp, err := u.browser.Post(u.p.URL+"upload", uploadType, strings.NewReader(fmt.Sprintf(upload, content)))
		return check(resp, err, http.StatusOK, content)
	}},
	{"upload that breaks off", 2, func(u *user) error {
		form := fmt.Sprintf(upload, strings.Repeat("a", largest))
		return u.send(fmt.Sprintf("POST /upload HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
			u.p.HostPort(), uploadType, len(form), form[:rand.N(len(form))]))
	}},
	{"request that breaks off, or whose answer is not read", 10, func(u *user) error {
		request := "GET /calendar.txt HTTP/1.1\r\nHost: " + u.p.HostPort() + "\r\n\r\n"
		return u.send(request[:rand.N(len(request)+1)])
	}},
	{"event stream", 5, func(u *user) error { return u.leave("app.events") }},
	{"client that leaves before the answer", 5, func(u *user) error { return u.leave("wait") }},
	{"request of a foreign page", 10, func(u *user) error {
		r, err := http.NewRequest(http.MethodGet, u.p.URL+"?year=2003", nil)
		if err != nil {
			return err
		}
		r.Header.Set("Origin", "http://evil.test")
		resp, err := u.browser.Do(r)
		return check(resp, err, http.StatusForbidden, "refused")
	}},
	{"change of settings", 3, func(u *user) error {
		_, port, _ := strings.Cut(u.p.HostPort(), ":")
		form := url.Values{"port": {port}, "openBrowser": {[]string{"", "true"}[rand.N(2)]}}
		resp, err := u.browser.PostForm(u.p.URL+"app.settings", form)
		return check(resp, err, http.StatusOK, "Saved.")
	}},
	{"second launch", 1, func(u *user) error {
		out, err := u.d.Command(soaked, "-no-browser").CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
		return err
	}},
}

// upload is a form with a file, and largest more than a server keeps in memory.
const (
	upload     = "--b\r\nContent-Disposition: form-data; name=\"File\"; filename=\"f\"\r\n\r\n%s\r\n--b--\r\n"
	uploadType = "multipart/form-data; boundary=b"
	largest    = 10 << 20
)

// A user uses the program.
type user struct {
	p       *tool.Running
	d       *desktop.Desktop
	browser *http.Client // keeps its connections
}

// check returns an error unless the answer has the status and contains the text.
func check(resp *http.Response, err error, status int, text string) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status || !strings.Contains(string(body), text) {
		return fmt.Errorf("%s: %s, %v, %.1000q; want status %d and %.1000q", resp.Request.URL, resp.Status, err, body, status, text)
	}
	return nil
}

func (u *user) getYear(client *http.Client) error {
	page := []string{"", "calendar.txt"}[rand.N(2)]
	year := fmt.Sprint(1 + rand.N(9999))
	resp, err := client.Get(u.p.URL + page + "?year=" + year)
	return check(resp, err, http.StatusOK, year)
}

// send sends text over a new connection, which it closes or resets.
func (u *user) send(text string) error {
	conn, err := net.Dial("tcp", u.p.HostPort())
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = io.WriteString(conn, text)
	if rand.N(2) == 0 {
		conn.(*net.TCPConn).SetLinger(0)
	}
	return err
}

// leave gets a page that does not end, and leaves.
func (u *user) leave(page string) error {
	resp, err := tool.Client.Get(u.p.URL + page)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", page, resp.Status)
	}
	time.Sleep(rand.N(20 * time.Millisecond))
	return nil
}
