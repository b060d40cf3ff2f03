package calendar

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// serve starts a server with the plug-in and returns its address.
func serve(t *testing.T, plugin any) string {
	t.Helper()
	return serveBelow(t, plugin, "")
}

// serveBelow is like serve, with the plug-in's pages below path.
func serveBelow(t *testing.T, plugin any, path string) string {
	t.Helper()
	server := new(dibbler.Server)
	if err := server.Register(plugin); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.StripPrefix(strings.TrimSuffix(path, "/"), server))
	t.Cleanup(s.Close)
	return s.URL + path
}

// onNewYearsEve returns a calendar for which it is always the same day.
func onNewYearsEve() *Calendar {
	return &Calendar{now: func() time.Time { return time.Date(2003, time.December, 31, 23, 59, 59, 0, time.UTC) }}
}

func request(t *testing.T, method, url string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, r)
}

func do(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, body := request(t, http.MethodGet, url)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s\n%s", url, resp.Status, body)
	}
	return body
}

// find returns what the groups of pattern match in body, for every match.
func find(body, pattern string) []string {
	var found []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(body, -1) {
		found = append(found, strings.Join(match[1:], " "))
	}
	return found
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestHome(t *testing.T) {
	home := serve(t, onNewYearsEve()) + "/"
	resp, body := request(t, http.MethodGet, home)
	if got := resp.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type is %q", got)
	}
	expect(t, "year", find(body, `<h1>(.*)</h1>`), "2003")
	expect(t, "months", find(body, `<caption><h2>(.*)</h2></caption>`),
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December")
	expect(t, "today", find(body, `<td[^>]* aria-current="date">(\d+)</td>`), "31")
	expect(t, "chosen first day", find(body, `<option value="(\d)" selected>(\w+)`), "0 Monday")
	expect(t, "the first week", find(body, `<h2>January</h2>[^~]*?<tbody>\s*<tr>(.*?)</tr>`),
		`<td></td><td></td><td>1</td><td>2</td><td>3</td><td class="weekend">4</td><td class="weekend">5</td>`)

	if blank := get(t, home+"?year=&first="); blank != body {
		t.Error("a form with nothing in it does not show the same as no form")
	}
}

func TestHomeOfAnotherYear(t *testing.T) {
	body := get(t, serve(t, onNewYearsEve())+"/?year=2000&first=6")
	expect(t, "year", find(body, `<h1>(.*)</h1>`), "2000")
	expect(t, "year in the form", find(body, `name="year"[^>]* value="(\d+)"`), "2000")
	expect(t, "chosen first day", find(body, `<option value="(\d)" selected>(\w+)`), "6 Sunday")
	expect(t, "today", find(body, `<td[^>]* (aria-current)`))
	expect(t, "columns of January", find(find(body, `<thead>\s*(.*)`)[0], `abbr="(\w+)"`),
		"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
}

func TestZeroCalendarShowsThisYear(t *testing.T) {
	url := serve(t, new(Calendar)) + "/calendar.txt"
	before := year(time.Now().Year())
	body := get(t, url)
	after := year(time.Now().Year())
	if body != string(before.text(monday)) && body != string(after.text(monday)) {
		t.Errorf("got\n%s", body)
	}
}

func TestLinksKeepTheFirstDay(t *testing.T) {
	home := serve(t, onNewYearsEve()) + "/"
	for _, test := range []struct {
		query          string
		earlier, later string // years
	}{
		{"?year=2000&first=3", "1999", "2001"},
		{"?year=1&first=3", "", "2"},
		{"?year=9999&first=3", "9998", ""},
		{"?first=3", "2002", "2004"},
	} {
		body := get(t, home+test.query)
		for rel, want := range map[string]string{"prev": test.earlier, "next": test.later} {
			links := find(body, `<a rel="`+rel+`" href="([^"]*)">`)
			if want == "" {
				expect(t, test.query+" "+rel, links)
				continue
			}
			expect(t, test.query+" "+rel, links, "./?first=3&amp;year="+want)
		}
		expect(t, test.query+" today", find(body, `<a href="([^"]*)">Today</a>`), "./?first=3#today")

		text := find(body, `<a href="([^"]*)">Plain text</a>`)
		year := find(body, `<h1>(.*)</h1>`)[0]
		expect(t, test.query+" text", text, "calendar.txt?first=3&amp;year="+year)
	}
}

func TestCalendarTxt(t *testing.T) {
	url := serve(t, onNewYearsEve()) + "/calendar.txt"
	for query, want := range map[string][]byte{
		"":                   year(2003).text(monday),
		"?year=1":            year(1).text(monday),
		"?year=9999&first=6": year(9999).text(sunday),
	} {
		resp, body := request(t, http.MethodGet, url+query)
		if body != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", query, body, want)
		}
		if got := resp.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("%s: Content-Type is %q", query, got)
		}
	}
}

func TestBadFormsAreExplained(t *testing.T) {
	const wantYear, wantFirst = "Enter a year from 1 to 9999.", "Enter a day of the week from 0 (Monday) to 6 (Sunday)."
	base := serve(t, onNewYearsEve())
	for query, want := range map[string]string{
		"year=0":                                 wantYear,
		"year=10000":                             wantYear,
		"year=-5":                                wantYear,
		"year=abc":                               wantYear,
		"year=" + strings.Repeat("1", 30):        wantYear,
		"year=%3Cscript%3Ealert(1)%3C/script%3E": wantYear,
		"first=7":                                wantFirst,
		"first=-1":                               wantFirst,
		"first=Sunday":                           wantFirst,
	} {
		name, value, _ := strings.Cut(query, "=")
		resp, body := request(t, http.MethodGet, base+"/calendar.txt?"+query)
		if resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "<dt>"+name+":") || !strings.Contains(body, want) {
			t.Errorf("/calendar.txt?%s: %s\n%s", query, resp.Status, body)
		}
		resp, body = request(t, http.MethodGet, base+"/?"+query)
		if resp.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("/?%s: %s", query, resp.Status)
		}
		expect(t, query+" error", find(body, `<small class="error" id="(.*)">(.*)</small>`), name+"Error "+want)
		expect(t, query+" marked", find(body, `name="(\w+)"[^>]* aria-invalid="true" autofocus aria-describedby="(\w+)"`), name+" "+name+"Error")
		expect(t, query+" year shown", find(body, `<h1>(.*)</h1>`), "2003")
		if name == "year" {
			value, err := url.QueryUnescape(value)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, query+" typed", find(body, `name="year"[^>]* value="([^"]*)"`), html.EscapeString(value))
		}
	}
	body := get(t, base+"/")
	expect(t, "errors at first", find(body, `class="(error)"|(aria-invalid=)`))
	_, body = request(t, http.MethodGet, base+"/?year=abc&first=7")
	expect(t, "errors", find(body, `<small class="error" id="(.*)">`), "yearError", "firstError")
	expect(t, "fields with the cursor", find(body, `name="(\w+)"[^>]* autofocus`), "year")
}

// run runs an environment with the plug-in. It returns the address, and where
// to hear how the environment ended.
func run(t *testing.T, plugin any) (url string, ended <-chan error) {
	t.Helper()
	server := &dibbler.Server{Addr: "127.0.0.1:0"}
	if err := server.Register(plugin); err != nil {
		t.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(server); err != nil {
		t.Fatal(err)
	}
	result := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		result <- env.Run(context.Background())
		close(done)
	}()
	t.Cleanup(func() {
		env.Stop()
		<-done
		http.DefaultClient.CloseIdleConnections()
	})
	return strings.TrimSuffix(server.URL(), "/"), result
}

func TestShutdown(t *testing.T) {
	base, ended := run(t, new(Calendar))
	url := base + "/shutdown"

	expect(t, "form", find(get(t, url), `<form action="(.*)" method="(.*)">`), "shutdown post")
	if resp, _ := request(t, http.MethodHead, url); resp.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %s", resp.Status)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions} {
		resp, _ := request(t, method, url)
		if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: %s, Allow: %s", method, resp.Status, resp.Header.Get("Allow"))
		}
	}
	select {
	case err := <-ended:
		t.Fatalf("the program has ended before the POST: %v", err)
	default:
	}

	resp, body := request(t, http.MethodPost, url)
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "Goodbye") || !strings.Contains(body, "You can close this tab") {
		t.Errorf("POST: %s\n%s", resp.Status, body)
	}
	if err := <-ended; err != nil {
		t.Errorf("the program ended with %v", err)
	}
}
