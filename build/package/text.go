package main

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/xml"
	"fmt"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
)

//go:embed templates
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"xml":     escapeXML,
	"nsis":    strings.NewReplacer("$", "$$", `"`, `$\"`).Replace,
	"entry":   strings.NewReplacer(`\`, `\\`).Replace, // a value in a desktop entry
	"sh":      func(word string) string { return shellWords([]string{word}) },
	"man":     escapeManual,
	"amps":    func(label string) string { return strings.ReplaceAll(label, "&", "&&") },
	"types":   types,
	"ownType": ownType,
}).ParseFS(templateFiles, "templates/*"))

// escapeManual begins a line with each sentence, as manual pages should. A dot or an
// apostrophe that begins a line would make it a command, and quotation marks would group the
// words of a command.
func escapeManual(paragraph string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, `"`, `\(dq`, ". ", ".\n").Replace(paragraph), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}

func escapeXML(text string) (string, error) {
	var b bytes.Buffer
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// A subject is the data of the templates.
type subject struct {
	description
	Package, Publisher, Maintainer, Summary, Description, Copyright string
	Homepage, License, AppStreamID                                  string
	Categories, Keywords                                            []string

	Date    time.Time
	Signing bool
	Wide    bool // the installer for Windows is a 64-bit program
}

// subject returns the data of the templates. It has defaults for everything that packages require
// and the program does not say.
func (p *packaging) subject() subject {
	s := subject{
		description: p.description, Package: p.About.Package, Publisher: p.publisher, Summary: cmp.Or(p.About.Summary, p.Name),
		Copyright: p.publisher, Homepage: p.About.Homepage, License: p.About.License,
		AppStreamID: p.appStreamID(), Categories: p.About.Categories, Keywords: p.About.Keywords, Date: p.date,
		Maintainer: fmt.Sprintf("%s <%s>", cmp.Or(p.publisher, "Unknown"), cmp.Or(p.contact, "nobody@localhost")),
	}
	s.Description = cmp.Or(p.About.Description,
		strings.TrimSuffix(s.Summary, ".")+". It lives in the tray, opens in the browser, and answers nobody but its owner.")
	if s.Copyright != "" && s.License != "" {
		s.Copyright += ", "
	}
	s.Copyright += s.License
	if len(s.Categories) == 0 {
		s.Categories = []string{"Utility"}
	}
	return s
}

// appStreamID returns the program's ID for software centres, which do not allow hyphens.
func (p *packaging) appStreamID() string { return strings.ReplaceAll(p.identifier, "-", "_") }

// text fills in a template.
func text(name string, s subject) ([]byte, error) {
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, name, s)
	return b.Bytes(), err
}

// wrapped breaks a paragraph into lines of at most width characters, except for longer words.
func wrapped(paragraph string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(paragraph) {
		switch {
		case column == 0:
		case column+1+utf8.RuneCountInString(word) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += utf8.RuneCountInString(word)
	}
	return b.String()
}
