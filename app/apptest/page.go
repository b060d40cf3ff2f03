package apptest

import (
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// A Page is a response of the tool, with the values that were filled into its fields. Its
// methods must not be called concurrently.
type Page struct {
	Status int         // such as 200
	Path   string      // after redirects, with query and fragment, such as "/brew?tea=green"
	Header http.Header // the header of the response
	HTML   string      // the whole body, even if it is not HTML

	*tab
	part *html.Node // see In; nil if the response is not HTML
}

// A tab is the data that a page and its parts share.
type tab struct {
	p      *Program
	doc    *html.Node
	files  map[*html.Node][]file
	filled *html.Node // the form of the field that was filled in last
}

// Title returns the title of the page.
func (page *Page) Title() string {
	for n := range all(page.tab.doc) {
		if n.Data == "title" {
			return text(n, nil)
		}
	}
	return ""
}

// Text returns the text of the page, without the contents of fields. Each paragraph,
// table row and similar element is one line, with single spaces. If the response is not
// HTML, Text returns the whole body.
func (page *Page) Text() string {
	if page.part == nil {
		return page.HTML
	}
	return text(page.part, isField)
}

// Want marks the test as failed if one of these texts is not on the page, and prints the
// page. The test continues. Want returns the page itself.
func (page *Page) Want(texts ...string) *Page {
	page.p.t.Helper()
	for _, want := range texts {
		if got := page.Text(); !strings.Contains(got, want) {
			page.p.t.Errorf("%s, with status %d, has no text %q:\n\n%s", page.Path, page.Status, want, got)
		}
	}
	return page
}

// In returns a part of the page: the form, section, fieldset, table or other group with
// this name as its label, heading, legend or caption, or otherwise the table row or list
// item that contains this text. Use it if a page has several fields or buttons with the
// same name:
//
//	page.In("Coffee").Click("Delete")
//
// Methods of the part find only its fields, buttons, links and text. If there is no such
// part, or more than one, the test ends.
func (page *Page) In(name string) *Page {
	page.p.t.Helper()
	named, others := page.parts(name)
	switch len(named) {
	case 1:
		part := *page
		part.part = named[0]
		return &part
	case 0:
		page.p.t.Fatalf("%s has no part called %q, and no row with that text; its parts are %q", page.Path, name, others)
	default:
		page.p.t.Fatalf("%s has %d parts called %q, or rows with that text", page.Path, len(named), name)
	}
	return nil
}

// Error returns the error beside the field with this label, or "" if there is none. The
// error is the text that describes the field, if the field is marked as invalid. If label
// is empty, Error returns the error of the form as a whole, or any other alert.
func (page *Page) Error(label string) string {
	page.p.t.Helper()
	if label == "" {
		var alerts []string
		for n := range all(page.part) {
			if attr(n, "role") == "alert" {
				alerts = append(alerts, text(n, nil))
			}
		}
		return strings.Join(alerts, "\n")
	}
	return page.errorOf(page.field(label))
}

// Value returns the content of the field with this label: its text, or the text of the
// selected option; several options are separated by line ends. For a checkbox or radio
// button, it returns the value if it is checked, and otherwise "".
func (page *Page) Value(label string) string {
	page.p.t.Helper()
	return valueOf(page.field(label))
}
