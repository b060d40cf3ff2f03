package apptest

import (
	"bytes"
	"cmp"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// options returns the options of a list, in order.
func options(list *html.Node) (found []*html.Node) {
	for n := range all(list) {
		if isElement(n, "option") {
			found = append(found, n)
		}
	}
	return found
}

// choose selects the option of a list that has this text, and deselects all others.
func (page *Page) choose(list *html.Node, label, option string) {
	page.p.t.Helper()
	var chosen *html.Node
	var texts []string
	for _, n := range options(list) {
		texts = append(texts, optionText(n))
		if chosen == nil && optionText(n) == clean(option) {
			chosen = n
		}
	}
	switch {
	case chosen == nil:
		page.p.t.Fatalf("%q on %s has no option %q; it has %q", label, page.Path, option, texts)
	case isDisabled(chosen):
		page.p.t.Fatalf("the option %q of %q on %s is disabled", option, label, page.Path)
	}
	for _, n := range options(list) {
		removeAttr(n, "selected")
	}
	setAttr(chosen, "selected", "")
}

func optionText(n *html.Node) string {
	if label := clean(attr(n, "label")); label != "" {
		return label
	}
	return clean(text(n, nil))
}

// selected returns the selected options of a list. If the list allows only one and none is
// selected, it is the first.
func selected(list *html.Node) (chosen []*html.Node) {
	for _, n := range options(list) {
		if hasAttr(n, "selected") {
			chosen = append(chosen, n)
		}
	}
	switch {
	case isMultiple(list):
	case len(chosen) > 1:
		chosen = chosen[len(chosen)-1:]
	case len(chosen) == 0:
		for _, n := range options(list) {
			if !isDisabled(n) {
				return []*html.Node{n}
			}
		}
	}
	return chosen
}

// valueOf returns the visible content of a field.
func valueOf(n *html.Node) string {
	switch {
	case isElement(n, "select"):
		var texts []string
		for _, option := range selected(n) {
			texts = append(texts, optionText(option))
		}
		return strings.Join(texts, "\n")
	case isElement(n, "textarea"):
		return typedText(n)
	case isTickable(n) && !hasAttr(n, "checked"):
		return ""
	case isTickable(n):
		return cmp.Or(attr(n, "value"), "on")
	}
	return attr(n, "value")
}

// typedText returns the content of a text area.
func typedText(n *html.Node) string {
	var b strings.Builder
	for child := range n.ChildNodes() {
		b.WriteString(child.Data)
	}
	return b.String()
}

// An entry is a name and a value that a form sends.
type entry struct {
	name, value string
	file        *file
}

// entries returns the entries that the form sends when this button is pressed.
func (page *Page) entries(form, button *html.Node) (entries []entry) {
	for n := range page.tab.doc.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" || page.formOf(n) != form || isDisabled(n) || around(n, "template") != nil {
			continue
		}
		add := func(value string) { entries = append(entries, entry{name: name, value: value}) }
		switch kind := strings.ToLower(attr(n, "type")); {
		case n == button:
			add(attr(n, "value"))
		case isButton(n):
		case isElement(n, "select"):
			for _, option := range selected(n) {
				if hasAttr(option, "value") {
					add(attr(option, "value"))
				} else {
					add(clean(text(option, nil)))
				}
			}
		case isElement(n, "textarea"):
			add(crlf.Replace(typedText(n)))
		case isTickable(n):
			if hasAttr(n, "checked") {
				add(cmp.Or(attr(n, "value"), "on"))
			}
		case isElement(n, "input") && kind == "file":
			files := page.files[n]
			if len(files) == 0 {
				files = []file{{}}
			}
			for i := range files {
				entries = append(entries, entry{name, files[i].name, &files[i]})
			}
		case isElement(n, "input"):
			add(attr(n, "value"))
		}
	}
	return entries
}

// crlf converts line ends to those that forms send.
var crlf = strings.NewReplacer("\r\n", "\r\n", "\n", "\r\n", "\r", "\r\n")

// submit sends a form. Attributes of the button override those of the form.
func (page *Page) submit(form, button *html.Node, name string) *Page {
	page.p.t.Helper()
	say := func(key string) string { return cmp.Or(attr(button, "form"+key), attr(form, key)) }
	entries := page.entries(form, button)
	action := say("action")
	switch strings.ToLower(say("method")) {
	case "post":
		body, kind := encode(entries, strings.ToLower(say("enctype")))
		return page.lead(http.MethodPost, action, kind, body, name)
	case "dialog":
		page.p.t.Fatalf("the button %q on %s closes a dialog, and sends nothing", name, page.Path)
	}
	action, _, _ = strings.Cut(action, "#")
	action, _, _ = strings.Cut(action, "?")
	return page.lead(http.MethodGet, action+"?"+query(entries), "", nil, name)
}

func query(entries []entry) string {
	var pairs []string
	for _, e := range entries {
		pairs = append(pairs, url.QueryEscape(e.name)+"="+url.QueryEscape(e.value))
	}
	return strings.Join(pairs, "&")
}

// encode returns the body of a form and its content type.
func encode(entries []entry, encoding string) (body io.Reader, kind string) {
	if encoding != "multipart/form-data" {
		return strings.NewReader(query(entries)), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b) // writes to b cannot fail
	for _, e := range entries {
		if e.file == nil {
			_ = w.WriteField(e.name, e.value)
			continue
		}
		part, _ := w.CreateFormFile(e.name, e.file.name)
		_, _ = io.WriteString(part, e.file.content)
	}
	_ = w.Close()
	return &b, w.FormDataContentType()
}

// lead gets the page at to, the target of a link or form with this name.
func (page *Page) lead(method, to, kind string, body io.Reader, name string) *Page {
	page.p.t.Helper()
	here, err := url.Parse(page.p.URL(page.Path))
	if err != nil {
		page.p.t.Fatal(err)
	}
	there, err := here.Parse(to)
	if err != nil {
		page.p.t.Fatalf("%q on %s leads to a bad address: %v", name, page.Path, err)
	}
	if _, ok := page.p.page(there); !ok {
		page.p.t.Fatalf("%q on %s leads to %s, which is not a page of the tool", name, page.Path, there)
	}
	r, err := http.NewRequest(method, there.String(), body)
	if err != nil {
		page.p.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return page.p.visit(r, "same-origin")
}
