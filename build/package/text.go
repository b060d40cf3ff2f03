package main

import (
	"bytes"
	"embed"
	"encoding/xml"
	"strings"
	"text/template"
	"time"

	"github.com/dibbler-app/dibbler/build/internal/about"
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
	"split":   func(list string) []string { return strings.FieldsFunc(list, func(r rune) bool { return r == ';' }) },
}).ParseFS(templateFiles, "templates/*"))

// escapeManual begins a line with each sentence, as manual pages should. A dot or an
// apostrophe that begins a line would make it a command.
func escapeManual(paragraph string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, ". ", ".\n").Replace(paragraph), "\n")
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

// A subject is what templates are about.
type subject struct {
	Name, ID, Package, Version, Publisher, Contact, Summary, Description string
	License, Categories, Keywords, Changes, AppStreamID                  string

	Extensions, Schemes []about.Open

	Date    time.Time
	Flags   []flagHelp // of the manual page
	Signing bool
	Wide    bool // the Windows set-up is itself a program of 64 bits
}

func (p *packaging) subject() subject {
	return subject{
		Name: about.Name, ID: about.ID, Package: about.Package, Version: p.version, Publisher: about.Publisher, Contact: about.Contact,
		Summary: about.Summary, Description: about.Description, License: about.License,
		Categories: about.Categories, Keywords: about.Keywords, Changes: about.Changes, AppStreamID: appStreamID(), Date: p.date,
		Extensions: extensions(), Schemes: schemes(),
	}
}

// appStreamID is the program's name in the whole world. AppStream has
// underscores where macOS has hyphens.
func appStreamID() string { return strings.ReplaceAll(about.ReverseDNS, "-", "_") }

// text fills in a template.
func text(name string, s subject) ([]byte, error) {
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, name, s)
	return b.Bytes(), err
}

// wrapped breaks a paragraph into lines of at most this many characters, where
// its words allow it.
func wrapped(paragraph string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(paragraph) {
		switch {
		case column == 0:
		case column+1+len(word) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
