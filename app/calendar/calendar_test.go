package calendar

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
)

// start starts the calendar.
func start(t testing.TB, c *Calendar) *apptest.Program {
	t.Helper()
	return apptest.Start(t, app.App{Name: "Calendar", Plugins: []any{c}})
}

// onNewYearsEve returns a calendar with a fixed date.
func onNewYearsEve() *Calendar {
	return &Calendar{now: func() time.Time { return time.Date(2003, time.December, 31, 23, 59, 59, 0, time.UTC) }}
}

// expect fails the test unless all matches of the groups of pattern on the page are want.
func expect(t *testing.T, page *apptest.Page, pattern string, want ...string) {
	t.Helper()
	if got := find(page.HTML, pattern); !slices.Equal(got, want) {
		t.Errorf("%s: %s is %q, want %q", page.Path, pattern, got, want)
	}
}

// find returns the groups of all matches of pattern in body.
func find(body, pattern string) []string {
	var found []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(body, -1) {
		found = append(found, strings.Join(match[1:], " "))
	}
	return found
}

func TestHome(t *testing.T) {
	p := start(t, onNewYearsEve())
	page := p.Get("/")
	if got := page.Header.Get("Content-Type"); page.Status != http.StatusOK || got != "text/html; charset=utf-8" {
		t.Errorf("%d, Content-Type %q", page.Status, got)
	}
	expect(t, page, `<h1>(.*)</h1>`, "2003")
	expect(t, page, `<caption><h2>(.*)</h2></caption>`,
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December")
	expect(t, page, `<td[^>]* aria-current="date">(\d+)</td>`, "31")
	expect(t, page, `<h2>January</h2>[^~]*?<tbody>\s*<tr>(.*?)</tr>`,
		`<td></td><td></td><td>1</td><td>2</td><td>3</td><td class="weekend">4</td><td class="weekend">5</td>`)
	if got := page.Value("Weeks begin on"); got != "Monday" {
		t.Errorf("weeks begin on %s", got)
	}
	if blank := p.Get("/?year=&first="); blank.HTML != page.HTML {
		t.Error("an empty form and no form show different pages")
	}
}

func TestHomeOfAnotherYear(t *testing.T) {
	page := start(t, onNewYearsEve()).Get("/").Fill("Year", "2000").Fill("Weeks begin on", "Sunday").Click("Show")
	if page.Path != "/?year=2000&first=6" || page.Value("Year") != "2000" || page.Value("Weeks begin on") != "Sunday" {
		t.Errorf("%s has the year %s and weeks from %s", page.Path, page.Value("Year"), page.Value("Weeks begin on"))
	}
	expect(t, page, `<h1>(.*)</h1>`, "2000")
	expect(t, page, `<td[^>]* (aria-current)`)
	if got, want := page.In("January").Text(), "January\nSu Mo Tu We Th Fr Sa\n1\n2 3 4"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestZeroCalendarShowsThisYear(t *testing.T) {
	p := start(t, new(Calendar))
	before := year(time.Now().Year())
	got := p.Get("/calendar.txt").Text()
	after := year(time.Now().Year())
	if got != string(before.text(monday)) && got != string(after.text(monday)) {
		t.Errorf("got\n%s", got)
	}
}

func TestLinksKeepTheFirstDay(t *testing.T) {
	p := start(t, onNewYearsEve())
	for query, want := range map[string]map[string]string{
		"?year=2000&first=3": {"Previous year": "1999", "Next year": "2001", "Today": "2003"},
		"?year=1&first=3":    {"Next year": "2"},
		"?year=9999&first=3": {"Previous year": "9998"},
		"?first=3":           {"Previous year": "2002", "Next year": "2004", "Today": "2003"},
	} {
		page := p.Get("/" + query)
		for link, year := range want {
			if there := page.Click(link); there.Title() != year+" – Calendar" || there.Value("Weeks begin on") != "Thursday" {
				t.Errorf("%s: %s leads to %s, with weeks from %s", query, link, there.Title(), there.Value("Weeks begin on"))
			}
		}
		for _, link := range []string{"Previous year", "Next year"} {
			if strings.Contains(page.Text(), link) != (want[link] != "") {
				t.Errorf("%s: the link %s should exist only in other years", query, link)
			}
		}
		year, _, _ := strings.Cut(page.Title(), " ")
		if got, want := page.Click("Plain text").Path, "/calendar.txt?first=3&year="+year; got != want {
			t.Errorf("%s: the text is at %s, want %s", query, got, want)
		}
	}
}

func TestCalendarTxt(t *testing.T) {
	p := start(t, onNewYearsEve())
	for query, want := range map[string][]byte{
		"":                   year(2003).text(monday),
		"?year=1":            year(1).text(monday),
		"?year=9999&first=6": year(9999).text(sunday),
	} {
		page := p.Get("/calendar.txt" + query)
		if page.HTML != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", query, page.HTML, want)
		}
		if got := page.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("%s: Content-Type is %q", query, got)
		}
	}
}

func TestBadFormsAreExplained(t *testing.T) {
	wants := map[string]string{"Year": "Enter a year from 1 to 9999.", "Weeks begin on": "Enter a day of the week from 0 (Monday) to 6 (Sunday)."}
	p := start(t, onNewYearsEve())
	for query, label := range map[string]string{
		"year=0":                                 "Year",
		"year=10000":                             "Year",
		"year=-5":                                "Year",
		"year=abc":                               "Year",
		"year=" + strings.Repeat("1", 30):        "Year",
		"year=%3Cscript%3Ealert(1)%3C/script%3E": "Year",
		"first=7":                                "Weeks begin on",
		"first=-1":                               "Weeks begin on",
		"first=Sunday":                           "Weeks begin on",
	} {
		name, value, _ := strings.Cut(query, "=")
		typed, err := url.QueryUnescape(value)
		if err != nil {
			t.Fatal(err)
		}
		want := name + ": “" + typed + "”\n" + wants[label]
		if page := p.Get("/calendar.txt?" + query); page.Status != http.StatusBadRequest || !strings.Contains(page.Text(), want) {
			t.Errorf("/calendar.txt?%s: %d, want %s\n%s", query, page.Status, want, page.Text())
		}
		page := p.Get("/?" + query)
		if page.Status != http.StatusUnprocessableEntity || page.Error(label) != wants[label] || page.Title() != "2003 – Calendar" {
			t.Errorf("/?%s: %d, %q, title %q", query, page.Status, page.Error(label), page.Title())
		}
		expect(t, page, `name="(\w+)"[^>]* autofocus`, name)
		if got := page.Value("Year"); name == "year" && got != typed {
			t.Errorf("/?%s: the field has %q", query, got)
		}
	}
	for query, want := range map[string][]string{"": nil, "?year=abc&first=7": {"year", "first"}} {
		page := p.Get("/" + query)
		expect(t, page, `name="(\w+)"[^>]* aria-invalid`, want...)
		expect(t, page, `name="(\w+)"[^>]* autofocus`, want[:min(1, len(want))]...)
	}
}

func TestTray(t *testing.T) {
	p := start(t, onNewYearsEve())
	p.Choose("Today")
	if got := p.Opened(); !slices.Equal(got, []string{"/", "/#today"}) {
		t.Errorf("opened %q", got)
	}
	if got := p.Tooltip(); !strings.Contains(got, "Wednesday, 31 December 2003") {
		t.Errorf("the tooltip is %q", got)
	}
}

func TestShutdown(t *testing.T) {
	p := start(t, new(Calendar))
	page := p.Get("/").Click("Shut down")
	for method, want := range map[string]int{http.MethodHead: http.StatusOK, http.MethodPut: http.StatusMethodNotAllowed, http.MethodDelete: http.StatusMethodNotAllowed, http.MethodOptions: http.StatusMethodNotAllowed} {
		r, err := http.NewRequest(method, page.Path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer := p.Do(r); answer.Status != want || want != http.StatusOK && answer.Header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: %d, Allow: %s", method, answer.Status, answer.Header.Get("Allow"))
		}
	}
	if p.Ended() {
		t.Fatal("the program ended before the button was pressed")
	}
	if page = page.Click("Shut down"); page.Status != http.StatusOK || page.Text() != "Goodbye\nThe calendar has shut down. You can close this tab." {
		t.Errorf("%d\n%s", page.Status, page.Text())
	}
	p.WaitFor("the end", p.Ended)
}
