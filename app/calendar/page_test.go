package calendar

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
)

// An element is an element of a page.
type element struct {
	name   string
	attr   map[string]string
	inside []string // the names of the elements around it, outermost first
}

// parse parses a page. The pages are strict enough for an XML parser, which reports
// elements that are not closed or nested correctly.
func parse(t *testing.T, body string) []element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	d.Strict = false // for attributes without a value
	d.AutoClose = []string{"meta", "link", "input"}
	d.Entity = xml.HTMLEntity
	var elements []element
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{token.Name.Local, map[string]string{}, slices.Clone(open)}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			elements = append(elements, e)
			open = append(open, e.name)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

func TestPagesAreAccessible(t *testing.T) {
	home := start(t, onNewYearsEve()).Get("/")
	shutdown := home.Click("Shut down")
	goodbye := shutdown.Click("Shut down")
	for name, page := range map[string]*apptest.Page{"home": home, "shutdown": shutdown, "goodbye": goodbye} {
		body, _, _ := strings.Cut(page.HTML, "</html>") // without the program's script
		body += "</html>"
		if !strings.HasPrefix(body, "<!DOCTYPE html>\n<html lang=\"en\">") {
			t.Errorf("%s begins with %.40q", name, body)
		}
		count := map[string]int{}
		ids := map[string]bool{}
		for _, e := range parse(t, body) {
			count[e.name]++
			if id := e.attr["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: two elements have the id %q", name, id)
				}
				ids[id] = true
			}
			switch e.name {
			case "script":
				t.Errorf("%s: <%s>, which a strict Content-Security-Policy forbids", name, e.name)
			case "link":
				if e.attr["rel"] == "stylesheet" {
					t.Errorf("%s cannot be shown before %s is loaded", name, e.attr["href"])
				}
			case "th":
				if e.attr["scope"] == "" || e.attr["abbr"] == "" {
					t.Errorf("%s: <th> has scope %q and abbr %q", name, e.attr["scope"], e.attr["abbr"])
				}
			case "input", "select":
				if !slices.Contains(e.inside, "label") {
					t.Errorf("%s: <%s> has no label", name, e.name)
				}
			}
			for a := range e.attr {
				if a == "style" || strings.HasPrefix(a, "on") {
					t.Errorf("%s: <%s %s=…>, which a strict Content-Security-Policy forbids", name, e.name, a)
				}
			}
		}
		for _, once := range []string{"title", "h1", "main"} {
			if count[once] != 1 {
				t.Errorf("%s: %d of <%s>, want 1", name, count[once], once)
			}
		}
		if count["caption"] != count["table"] || count["h2"] != count["table"] {
			t.Errorf("%s: %d tables have %d captions and %d headings", name, count["table"], count["caption"], count["h2"])
		}
	}
}

// All links of the home page work, also if the calendar is mounted below a path of
// another server.
func TestLinksLeadSomewhere(t *testing.T) {
	const below = "/tools/calendar/"
	p := apptest.Start(t, app.App{Name: "Calendar", Plugins: []any{onNewYearsEve()}, Wrap: func(next http.Handler) http.Handler {
		return http.StripPrefix(strings.TrimSuffix(below, "/"), next)
	}})
	home, err := url.Parse(below)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	body, _, _ := strings.Cut(p.Get(below).HTML, "</html>")
	for _, e := range parse(t, body+"</html>") {
		for _, name := range []string{"href", "src", "action"} {
			if link, ok := e.attr[name]; ok {
				target, err := home.Parse(link)
				if err != nil {
					t.Errorf("<%s %s=%q>: %v", e.name, name, link, err)
					continue
				}
				if page := p.Get(target.String()); page.Status != http.StatusOK {
					t.Errorf("<%s %s=%q>: %d", e.name, name, link, page.Status)
				}
				links++
			}
		}
	}
	if want := 8; links != want {
		t.Errorf("%d links, want %d", links, want)
	}
}
