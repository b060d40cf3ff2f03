package apptest

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

func isField(n *html.Node) bool {
	if isElement(n, "select", "textarea") {
		return true
	}
	return isElement(n, "input") && !isButton(n) && attr(n, "type") != "hidden"
}

func isButton(n *html.Node) bool {
	return isElement(n, "button") ||
		isElement(n, "input") && slices.Contains([]string{"submit", "image", "reset", "button"}, strings.ToLower(attr(n, "type")))
}

// field returns the field with this label.
func (page *Page) field(label string) *html.Node {
	page.p.t.Helper()
	return page.one(label, "field", isField)
}

// one returns the element of a kind that has this name.
func (page *Page) one(name, kind string, is func(*html.Node) bool) *html.Node {
	page.p.t.Helper()
	found, names := page.find(name, is)
	switch {
	case page.part == nil:
		page.p.t.Fatalf("%s is not HTML but %q, and has no %s %q", page.Path, page.Header.Get("Content-Type"), kind, name)
	case len(found) == 0:
		page.p.t.Fatalf("%s has no %s %q; it has %q\n\n%s", page.Path, kind, name, names, page.Text())
	case len(found) > 1:
		page.p.t.Fatalf("%s has the %s %q %d times; choose one with In", page.Path, kind, name, len(found))
	}
	return found[0]
}

// find returns the elements of a kind that have this name, and the names of all of the kind.
func (page *Page) find(name string, is func(*html.Node) bool) (found []*html.Node, names []string) {
	for n := range all(page.part) {
		if !is(n) {
			continue
		}
		own := page.names(n)
		if slices.Contains(own, clean(name)) {
			found = append(found, n)
		}
		names = append(names, own[0])
	}
	return found, names
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

// names returns the names of n: its visible text and the name that screen readers read.
// There is at least one name, which may be empty.
func (page *Page) names(n *html.Node) (names []string) {
	add := func(name string) {
		if name = clean(name); name != "" {
			names = append(names, name)
		}
	}
	add(page.byIDs(attr(n, "aria-labelledby")))
	add(attr(n, "aria-label"))
	switch {
	case isElement(n, "input") && isButton(n):
		add(attr(n, "value"))
		add(attr(n, "alt"))
		if attr(n, "type") == "submit" {
			add("Submit")
		}
	case isButton(n) || isElement(n, "a", "option"):
		add(text(n, nil))
		add(text(n, func(n *html.Node) bool { return attr(n, "aria-hidden") == "true" }))
		for n := range all(n) {
			add(attr(n, "alt"))
		}
	default:
		for label := range all(page.tab.doc) {
			if isElement(label, "label") && page.labelled(label) == n {
				add(text(label, isField))
			}
		}
	}
	add(attr(n, "title"))
	return append(names, "")
}

// labelled returns the element that a label is for, or nil.
func (page *Page) labelled(label *html.Node) *html.Node {
	if hasAttr(label, "for") {
		return page.byID(attr(label, "for"))
	}
	for n := range all(label) {
		if isField(n) || isButton(n) {
			return n
		}
	}
	return nil
}

func (page *Page) byID(id string) *html.Node {
	for n := range all(page.tab.doc) {
		if id != "" && attr(n, "id") == id {
			return n
		}
	}
	return nil
}

// byIDs returns the text of the elements with these ids.
func (page *Page) byIDs(ids string) string {
	var texts []string
	for id := range strings.FieldsSeq(ids) {
		if n := page.byID(id); n != nil {
			texts = append(texts, text(n, isField))
		}
	}
	return strings.Join(texts, " ")
}

// parts returns the parts with this name or, if there are none, the innermost rows and
// list items that contain name. It also returns the names of all parts.
func (page *Page) parts(name string) (found []*html.Node, names []string) {
	for n := range all(page.part) {
		if own := page.partName(n); own != "" {
			names = append(names, own)
			if own == clean(name) && !slices.ContainsFunc(found, func(outer *html.Node) bool { return isIn(n, outer) }) {
				found = append(found, n)
			}
		}
	}
	if len(found) > 0 {
		return found, names
	}
	for n := range all(page.part) {
		if isElement(n, "tr", "li") && strings.Contains(clean(text(n, nil)), clean(name)) {
			found = slices.DeleteFunc(found, func(outer *html.Node) bool { return isIn(n, outer) })
			found = append(found, n)
		}
	}
	return found, names
}

// partName returns the name of n, or "" if n is not a part.
func (page *Page) partName(n *html.Node) string {
	if !isElement(n, "form", "fieldset", "section", "article", "nav", "aside", "dialog", "details", "table", "div") {
		return ""
	}
	if name := clean(page.byIDs(attr(n, "aria-labelledby"))); name != "" {
		return name
	}
	if name := clean(attr(n, "aria-label")); name != "" || isElement(n, "div") {
		return name
	}
	for child := range n.ChildNodes() {
		if isElement(child, "legend", "caption", "summary", "h1", "h2", "h3", "h4", "h5", "h6") {
			return clean(text(child, nil))
		}
	}
	return ""
}

// errorOf returns the error beside a field.
func (page *Page) errorOf(field *html.Node) string {
	if attr(field, "aria-invalid") != "true" {
		return ""
	}
	if message := page.byIDs(attr(field, "aria-errormessage")); message != "" {
		return message
	}
	described := attr(field, "aria-describedby")
	for id := range strings.FieldsSeq(described) {
		if n := page.byID(id); n != nil && slices.Contains(strings.Fields(attr(n, "class")), "error") {
			return text(n, nil)
		}
	}
	return page.byIDs(described)
}
