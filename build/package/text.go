package main

import (
	"bytes"
	"embed"
	"encoding/xml"
	"strings"
	"text/template"
	"time"

	"github.com/dibbler-app/dibbler/assets/about"
)

//go:embed templates
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"xml":  escapeXML,
	"nsis": strings.NewReplacer("$", "$$", `"`, `$\"`).Replace,
	"man":  strings.NewReplacer(`\`, `\e`).Replace,
}).ParseFS(templateFiles, "templates/*"))

func escapeXML(text string) (string, error) {
	var b bytes.Buffer
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// A subject is what templates are about.
type subject struct {
	Name, ID, Version, Publisher, Contact, Summary, Description string
	License, Categories, Changes, AppStreamID                   string

	Date    time.Time
	Flags   []flagHelp        // of the manual page
	Paths   map[string]string // of the Windows set-up
	Signing bool
	Wide    bool // the Windows set-up is itself a program of 64 bits
}

func (p *packaging) subject() subject {
	return subject{
		Name: about.Name, ID: about.ID, Version: p.version, Publisher: about.Publisher, Contact: about.Contact,
		Summary: about.Summary, Description: about.Description, License: about.License,
		Categories: about.Categories, Changes: about.Changes, AppStreamID: appStreamID(), Date: p.date,
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
