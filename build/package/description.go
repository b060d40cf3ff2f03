package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A description is the output of a program's -about. Package app, at the same version as
// this program, writes it.
type description struct {
	Name, ID, Version string
	Command           string // the name of the executable
	About             struct {
		Publisher, Summary, Description, Homepage, License, Package string
		Categories, Keywords                                        []string
	}
	Opens []opens
	Flags []flagHelp
}

// An opens is a kind of file, or a scheme of URLs.
type opens struct {
	Ext, MIME, Title string // of files: ".tea", "application/x-tea", "Tea plan"
	Scheme           string // of URLs: "tea"
}

// A flagHelp is the help for a flag of the program.
type flagHelp struct{ Name, Argument, Usage string }

// askTimeout is the time that the program has to describe itself.
var askTimeout = time.Minute

// ask compiles the program for this machine, and asks it to describe itself.
func (p *packaging) ask() error {
	made, err := p.compile(runtime.GOOS, runtime.GOARCH, "asked", "")
	if err != nil {
		return err
	}
	file := filepath.Join(p.work, "about.json")
	ctx, cancel := context.WithTimeout(p.ctx, askTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, made.path, "-about", file)
	cmd.Dir = p.work
	cmd.WaitDelay = time.Second // for its child processes, such as a browser
	_, err = output(cmd)
	if ctx.Err() != nil {
		err = fmt.Errorf("no answer within %v: %w", askTimeout, context.Cause(ctx))
	}
	text, readErr := os.ReadFile(file)
	if err = cmp.Or(err, readErr); err != nil {
		return fmt.Errorf("the program does not describe itself; does its main function call app.Main? %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p.description); err != nil {
		return fmt.Errorf("the program uses another version of Dibbler than this command: %w", err)
	}
	return nil
}

var (
	threeNumbers = regexp.MustCompile(`^(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){2}$`)
	packageName  = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`)
	license      = regexp.MustCompile(`^[A-Za-z0-9.+() -]*$`)
	category     = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	keyword      = regexp.MustCompile(`^[^;\pC]+$`)
	imageName    = regexp.MustCompile(`\.(png|svg|xpm)$`)
	domain       = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`) // identifiers have no other letters
	exampleID    = regexp.MustCompile(`^(com|net|org)\.example\.`)
)

// badVersion is the error for a version that cannot be packaged.
const badVersion = "version %q: want three numbers, such as 1.2.3, because Windows accepts nothing else"

// checkDescription returns an error if the program cannot be packaged as it describes itself.
// If something is missing that packages should have, it adds a remark.
func (p *packaging) checkDescription() error {
	a := &p.About
	switch {
	case p.wantVersion != "" && p.Version != p.wantVersion:
		return fmt.Errorf("%sthe program says that it is version %q, although it was built as %s: declare `var version = %[2]q` in package main, and set App.Version to version",
			p.where("App", "Version"), p.Version, p.wantVersion)
	case !threeNumbers.MatchString(p.Version):
		return fmt.Errorf("%sApp.Version: "+badVersion, p.where("App", "Version"), p.Version)
	case !license.MatchString(a.License):
		return fmt.Errorf("%sAbout.License %q: want the licence's SPDX identifier, such as MIT", p.where("About", "License"), a.License)
	}
	if err := checkName(p.Name); err != nil {
		return fmt.Errorf("%sApp.Name: %w", p.where("App", "Name"), err)
	}
	if devices.MatchString(p.Command) {
		return fmt.Errorf("%sApp.ID %q: the program's file would be called %s, which is the name of a device on Windows", p.where("App", "ID"), p.ID, p.Command)
	}
	if imageName.MatchString(p.ID) {
		return fmt.Errorf("%sApp.ID %q: desktops on Linux would not find the icon, whose name this is, because they remove the ending: choose another ID", p.where("App", "ID"), p.ID)
	}
	if a.Package = cmp.Or(a.Package, p.Command); !packageName.MatchString(a.Package) {
		return fmt.Errorf("%sAbout.Package %q: want two or more of a-z, 0-9, + . and -, beginning with a letter or digit", p.where("About", "Package"), a.Package)
	}
	for _, f := range []struct{ name, text string }{{"Publisher", a.Publisher}, {"Summary", a.Summary}, {"Description", a.Description}} {
		if strings.TrimSpace(f.text) != f.text || strings.ContainsFunc(f.text, unicode.IsControl) {
			return fmt.Errorf("%sAbout.%s %q: want one line, without blanks around it", p.where("About", f.name), f.name, f.text)
		}
	}
	for _, f := range []struct {
		name  string
		shape *regexp.Regexp
		texts []string
	}{{"Categories", category, a.Categories}, {"Keywords", keyword, a.Keywords}} {
		if i := slices.IndexFunc(f.texts, func(s string) bool { return !f.shape.MatchString(s) }); i >= 0 {
			return fmt.Errorf("%sAbout.%s: %q is not allowed", p.where("About", f.name), f.name, f.texts[i])
		}
	}
	for _, o := range p.Opens { // the program itself has checked the rest
		if strings.Contains(o.Title, "`") {
			return fmt.Errorf("%sOpens.Title %q: the installer for Windows does not allow `", p.where("Opens", "Title"), o.Title)
		}
	}
	return cmp.Or(p.identify(), p.readPublisher())
}

// identify sets the name by which macOS and software centres identify the program.
func (p *packaging) identify() error {
	home, err := url.Parse(p.About.Homepage)
	if err != nil || p.About.Homepage != "" && (home.Host == "" || home.Scheme != "https" && home.Scheme != "http") {
		return fmt.Errorf("%sAbout.Homepage %q: want an address such as https://example.org/", p.where("About", "Homepage"), p.About.Homepage)
	}
	switch host := strings.ToLower(home.Hostname()); {
	case exampleID.MatchString(p.ID):
		p.remark("%sApp.ID %s begins with a domain for examples: choose a domain of yours before you give the tool away, because with another ID it will be another tool", p.where("App", "ID"), p.ID)
		fallthrough
	case strings.Contains(p.ID, "."):
		p.identifier = p.ID
	case domain.MatchString(host):
		labels := strings.Split(host, ".")
		slices.Reverse(labels)
		p.identifier = strings.Join(labels, ".") + "." + p.ID
	default:
		p.identifier = "local." + p.ID
		p.remark("macOS and software centres identify the tool as %s: set About.Homepage, or an App.ID that begins with a domain of yours", p.identifier)
	}
	return nil
}

// readPublisher splits the publisher into a name and an address, if there is one.
func (p *packaging) readPublisher() error {
	p.publisher = p.About.Publisher
	if strings.ContainsAny(p.publisher, "<>@") {
		address, err := mail.ParseAddress(p.publisher)
		if err != nil || address.Name == "" {
			return fmt.Errorf(`%sAbout.Publisher %q: want a name and an address, such as "Ada Lovelace <ada@example.org>"`, p.where("About", "Publisher"), p.publisher)
		}
		p.publisher, p.contact = address.Name, address.Address
	}
	if p.contact == "" {
		p.remark(`%sAbout.Publisher has no email address, which packages for Linux should have: write it as in "Ada Lovelace <ada@example.org>"`, p.where("About", "Publisher"))
	}
	return nil
}
