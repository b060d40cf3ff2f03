package apptest

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Fill types value into the field with this label, in place of its content. In a list, it
// selects the option with this text. Dates have the form 2026-11-28. Fill returns the
// page itself.
func (page *Page) Fill(label, value string) *Page {
	page.p.t.Helper()
	n := page.enabled(label)
	switch kind := strings.ToLower(attr(n, "type")); {
	case isElement(n, "select"):
		page.choose(n, label, value)
	case isElement(n, "textarea"):
		for n.FirstChild != nil {
			n.RemoveChild(n.FirstChild)
		}
		n.AppendChild(&html.Node{Type: html.TextNode, Data: value})
	case kind == "checkbox" || kind == "radio":
		page.p.t.Fatalf("%q on %s is a checkbox or radio button; use Check", label, page.Path)
	case kind == "file":
		page.p.t.Fatalf("%q on %s takes files; use Attach", label, page.Path)
	default:
		setAttr(n, "value", value)
	}
	return page
}

// Check checks the checkbox or radio button with this label if on is true, and unchecks
// it otherwise. In a list that allows several options, it selects or deselects the option
// with this text. Check returns the page itself.
func (page *Page) Check(label string, on bool) *Page {
	page.p.t.Helper()
	n := page.one(label, "checkbox or radio button", func(n *html.Node) bool { return isTickable(n) || isElement(n, "option") && isMultiple(selectOf(n)) })
	page.checkEnabled(n, label)
	key := "checked"
	switch {
	case isElement(n, "option"):
		key = "selected"
	case strings.EqualFold(attr(n, "type"), "radio"):
		if !on {
			page.p.t.Fatalf("%q on %s is a radio button; to uncheck it, check another one", label, page.Path)
		}
		for other := range all(page.tab.doc) {
			if isTickable(other) && attr(other, "name") == attr(n, "name") && page.formOf(other) == page.formOf(n) && strings.EqualFold(attr(other, "type"), "radio") {
				removeAttr(other, "checked")
			}
		}
	}
	removeAttr(n, key)
	if on {
		setAttr(n, key, "")
	}
	return page
}

// Attach chooses a file with this name and content for the file field with this label. If
// the field takes several files, the file is added to them. Attach returns the page
// itself.
func (page *Page) Attach(label, name, content string) *Page {
	page.p.t.Helper()
	n := page.enabled(label)
	if !strings.EqualFold(attr(n, "type"), "file") {
		page.p.t.Fatalf("%q on %s takes no files", label, page.Path)
	}
	if page.files == nil {
		page.files = map[*html.Node][]file{}
	}
	if !hasAttr(n, "multiple") {
		page.files[n] = nil
	}
	page.files[n] = append(page.files[n], file{name, content})
	return page
}

// A file is a file to upload.
type file struct{ name, content string }

// Click presses the button or follows the link with this text, and returns the next page.
// It does not change the page on which it is called, as if the next page opened in
// another tab. If several buttons have this text, Click presses the one in the form that
// was filled in last.
func (page *Page) Click(name string) *Page {
	page.p.t.Helper()
	isLink := func(n *html.Node) bool { return isElement(n, "a", "area") && hasAttr(n, "href") }
	is := func(n *html.Node) bool { return isButton(n) || isLink(n) }
	found, _ := page.find(name, is)
	if len(found) > 1 && page.filled != nil {
		is = func(n *html.Node) bool { return isButton(n) && page.formOf(n) == page.filled }
	}
	n := page.one(name, "button or link", is)
	if isLink(n) {
		return page.lead("GET", attr(n, "href"), "", nil, name)
	}
	page.checkEnabled(n, name)
	kind := cmp.Or(strings.ToLower(attr(n, "type")), "submit")
	form := page.formOf(n)
	if form == nil || kind == "reset" || kind == "button" {
		page.p.t.Fatalf("the button %q on %s does not send a form; it is for a script", name, page.Path)
	}
	return page.submit(form, n, name)
}

// enabled returns the field with this label. If it is disabled or read-only, the test ends.
func (page *Page) enabled(label string) *html.Node {
	page.p.t.Helper()
	n := page.field(label)
	page.checkEnabled(n, label)
	if hasAttr(n, "readonly") {
		page.p.t.Fatalf("%q on %s is read-only", label, page.Path)
	}
	return n
}

// checkEnabled ends the test if n is disabled. Otherwise it notes n's form as in use.
func (page *Page) checkEnabled(n *html.Node, name string) {
	page.p.t.Helper()
	if isDisabled(n) {
		page.p.t.Fatalf("%q on %s is disabled", name, page.Path)
	}
	page.filled = page.formOf(n)
}

func isDisabled(n *html.Node) bool {
	if hasAttr(n, "disabled") {
		return true
	}
	for outer := range n.Ancestors() {
		if isElement(outer, "fieldset", "optgroup", "select") && hasAttr(outer, "disabled") {
			return true
		}
	}
	return false
}

func isTickable(n *html.Node) bool {
	return isElement(n, "input") && slices.Contains([]string{"checkbox", "radio"}, strings.ToLower(attr(n, "type")))
}

// formOf returns the form that n belongs to, or nil.
func (page *Page) formOf(n *html.Node) *html.Node {
	if isElement(n, "option") {
		n = selectOf(n)
	}
	if id := attr(n, "form"); id != "" {
		return page.byID(id)
	}
	return around(n, "form")
}

// selectOf returns the list that an option is in, or nil.
func selectOf(option *html.Node) *html.Node { return around(option, "select") }

func isMultiple(list *html.Node) bool { return list != nil && hasAttr(list, "multiple") }
