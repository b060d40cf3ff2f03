package apptest

import (
	"iter"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// all returns n and its visible descendants, in order. n may be nil.
func all(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) { walk(n, yield) }
}

func walk(n *html.Node, yield func(*html.Node) bool) bool {
	if n == nil || isUnseen(n) {
		return true
	}
	if !yield(n) {
		return false
	}
	for child := range n.ChildNodes() {
		if !walk(child, yield) {
			return false
		}
	}
	return true
}

// isUnseen reports whether n is not visible in a browser. Browsers that run scripts do
// not show <noscript>.
func isUnseen(n *html.Node) bool {
	return n.Type == html.ElementNode && (slices.Contains([]string{"template", "noscript", "script", "style"}, n.Data) || hasAttr(n, "hidden"))
}

func isElement(n *html.Node, names ...string) bool {
	return n.Type == html.ElementNode && slices.Contains(names, n.Data)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func setAttr(n *html.Node, key, value string) {
	removeAttr(n, key)
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

func removeAttr(n *html.Node, key string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// around returns the nearest element with one of these names that n is in, or nil.
func around(n *html.Node, names ...string) *html.Node {
	for n := range n.Ancestors() {
		if isElement(n, names...) {
			return n
		}
	}
	return nil
}

func isIn(n, outer *html.Node) bool {
	for n := range n.Ancestors() {
		if n == outer {
			return true
		}
	}
	return false
}

// inline lists the elements that do not begin a line.
var inline = []string{"a", "abbr", "b", "bdi", "bdo", "button", "cite", "code", "data", "del", "dfn", "em", "i", "img", "input", "ins", "kbd", "label", "mark",
	"meter", "output", "progress", "q", "ruby", "s", "samp", "select", "small", "span", "strong", "sub", "sup", "svg", "textarea", "time", "u", "var", "wbr"}

// text returns the text in n. It skips elements for which leftOut returns true. leftOut
// may be nil.
func text(n *html.Node, leftOut func(*html.Node) bool) string {
	var b strings.Builder
	writeText(&b, n, leftOut)
	var lines []string
	for line := range strings.Lines(b.String()) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func writeText(b *strings.Builder, n *html.Node, leftOut func(*html.Node) bool) {
	switch {
	case n.Type == html.TextNode && around(n, "pre", "textarea") != nil:
		b.WriteString(n.Data)
		return
	case n.Type == html.TextNode:
		b.WriteString(strings.NewReplacer("\n", " ", "\r", " ").Replace(n.Data))
		return
	case isUnseen(n) || leftOut != nil && leftOut(n) || isElement(n, "head"):
		return
	case isElement(n, "br"):
		b.WriteString("\n")
		return
	}
	edge := ""
	switch {
	case isElement(n, "td", "th", "button"):
		edge = " "
	case n.Type == html.ElementNode && !slices.Contains(inline, n.Data):
		edge = "\n"
	}
	b.WriteString(edge)
	for child := range n.ChildNodes() {
		writeText(b, child, leftOut)
	}
	b.WriteString(edge)
}
