package soak

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A use is something that is done with the program, or to it.
type use struct {
	name   string
	weight int // how often, in comparison with the others
	do     func(u *user) error
	root   bool // only root can
}

var uses = []use{
	{name: "pages", weight: 40, do: func(u *user) error { return u.getYear(u.browser) }},
	{name: "pages, a connection each", weight: 15, do: func(u *user) error { return u.getYear(tool.Client) }},
	{name: "forms with mistakes", weight: 10, do: func(u *user) error {
		return u.get("?year=nineteen", http.StatusUnprocessableEntity, "Enter a year from 1 to 9999.")
	}},
	{name: "pages that panic", weight: 2, do: func(u *user) error { return u.get("panic", http.StatusInternalServerError, "panic") }},
	{name: "uploads", weight: 2, do: (*user).upload},
	{name: "uploads that break off", weight: 2, do: func(u *user) error {
		contentType, form := uploadOf(make([]byte, largest))
		return u.send(fmt.Sprintf("POST /upload HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
			u.p.HostPort(), contentType, form.Len(), form.Bytes()[:rand.N(form.Len())]))
	}},
	{name: "requests that break off, and answers that nobody takes", weight: 10, do: func(u *user) error {
		request := "GET /calendar.txt HTTP/1.1\r\nHost: " + u.p.HostPort() + "\r\n\r\n"
		return u.send(request[:rand.N(len(request)+1)])
	}},
	{name: "streams of events", weight: 5, do: func(u *user) error { return u.leave("app.events") }},
	{name: "pages that are waited for in vain", weight: 5, do: func(u *user) error { return u.leave("wait") }},
	{name: "requests to refuse", weight: 10, do: func(u *user) error {
		r, err := http.NewRequest(http.MethodGet, u.p.URL+"?year=2003", nil)
		if err != nil {
			return err
		}
		r.Header.Set("Origin", "http://evil.test")
		resp, err := u.browser.Do(r)
		return check(resp, err, http.StatusForbidden, "refused")
	}},
	{name: "other settings", weight: 3, do: func(u *user) error {
		_, port, _ := strings.Cut(u.p.HostPort(), ":")
		form := url.Values{"port": {port}, "openBrowser": {[]string{"", "true"}[rand.N(2)]}}
		resp, err := u.browser.PostForm(u.p.URL+"app.settings", form)
		return check(resp, err, http.StatusOK, "Saved.")
	}},
	{name: "second launches", weight: 1, do: func(u *user) error {
		out, err := u.d.Command(soaked, "-no-browser").CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	}},
	{name: "visits of another user", weight: 1, root: true, do: func(u *user) error {
		host, port, _ := strings.Cut(u.p.HostPort(), ":")
		cmd := u.d.Command(intruder, host, port, "leave")
		tool.As(tool.Nobody)(cmd)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	}},
}

// A user uses the program.
type user struct {
	p       *tool.Running
	d       *desktop.Desktop
	browser *http.Client // keeps its connections
}

// check closes an answer and returns what is wrong with it.
func check(resp *http.Response, err error, status int, text string) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status || !strings.Contains(string(body), text) {
		return fmt.Errorf("%s: %s, %v; want status %d and %q in:\n%s", resp.Request.URL, resp.Status, err, status, text, body)
	}
	return nil
}

func (u *user) get(page string, status int, text string) error {
	resp, err := u.browser.Get(u.p.URL + page)
	return check(resp, err, status, text)
}

func (u *user) getYear(client *http.Client) error {
	page := []string{"", "calendar.txt"}[rand.N(2)]
	year := fmt.Sprint(1 + rand.N(9999))
	resp, err := client.Get(u.p.URL + page + "?year=" + year)
	return check(resp, err, http.StatusOK, year)
}

// largest is an upload that is more than a server keeps in memory.
const largest = 10 << 20

// uploadOf returns a form with a file in it.
func uploadOf(content []byte) (contentType string, form *bytes.Buffer) {
	form = new(bytes.Buffer)
	w := multipart.NewWriter(form)
	part, _ := w.CreateFormFile("file", "file") // a buffer takes all
	part.Write(content)
	w.Close()
	return w.FormDataContentType(), form
}

func (u *user) upload() error {
	content := bytes.Repeat([]byte{byte(rand.N(256))}, rand.N(largest))
	contentType, form := uploadOf(content)
	resp, err := u.browser.Post(u.p.URL+"upload", contentType, form)
	return check(resp, err, http.StatusOK, fmt.Sprintf("%d %08x", len(content), crc32.ChecksumIEEE(content)))
}

// send sends something over a connection and ends it, properly or not.
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

// leave begins to read a page that does not end.
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
