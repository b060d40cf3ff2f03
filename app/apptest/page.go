package apptest

import (
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// A Page is an answer of the tool, and the form fields on it with what was filled in. Its
// methods are for one goroutine at a time.
type Page struct {
	Status int         // such as 200
	Path   string      // with query and fragment, after redirects: "/brew?tea=green"
	Header http.Header // of the answer
	HTML   string      // the whole answer as it came, also if it is something else

	*tab
	part *html.Node // see In; nil if the answer is no HTML
}

// A tab is what the parts of a page share.
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

// Text returns the text of the page, without what is in fields, a line for each paragraph,
// row or the like, with single blanks. Of an answer that is no HTML, it is all.
func (page *Page) Text() string {
	if page.part == nil {
		return page.HTML
	}
	return text(page.part, isField)
}

// Want reports an error of the test for each of these texts that is not on the page, and
// shows the page. It returns the page itself.
func (page *Page) Want(texts ...string) *Page {
	page.p.t.Helper()
	for _, want := range texts {
		if got := page.Text(); !strings.Contains(got, want) {
			page.p.t.Errorf("%s, with status %d, does not say %q:\n\n%s", page.Path, page.Status, want, got)
		}
	}
	return page
}

// In returns the part of the page with this name: a form, section, fieldset, table or other
// group with that label, heading, legend or caption; or else the row of a table or the item
// of a list that has this text. Where labels or buttons are on a page more than once, it
// says which are meant:
//
//	page.In("Coffee").Click("Delete")
//
// If there is no such part or are several, the test ends.
func (page *Page) In(name string) *Page {
	page.p.t.Helper()
	named, others := page.parts(name)
	switch len(named) {
	case 1:
		part := *page
		part.part = named[0]
		return &part
	case 0:
		page.p.t.Fatalf("%s has no part that is called %q, and no row with it; there are %q", page.Path, name, others)
	default:
		page.p.t.Fatalf("%s has %d parts that are called %q, or rows with it", page.Path, len(named), name)
	}
	return nil
}

// Error returns the error beside the field with this label: what describes it, while it is
// marked as invalid. If label is empty, it is the error of the form as a whole, or any other
// alert. It is empty if there is none.
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

// Value returns what is in the field with this label: the text, or that of the option that
// is selected; the value of a box or button that is ticked, or else nothing.
func (page *Page) Value(label string) string {
	page.p.t.Helper()
	return valueOf(page.field(label))
}
