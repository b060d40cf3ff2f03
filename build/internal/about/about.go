// Package about says of the program what its packages and their documentation
// tell. The program itself says its name, ID and version in main.go.
package about

const (
	// Name is what people call the program.
	Name = "Dibbler"
	// ID names its files and folders: a-z, 0-9 and hyphens.
	ID = "dibbler"
	// Package names its packages for Linux. Distributions have another dibbler, a
	// DHCPv6 server, which an upgrade could put in its place.
	Package = "dibbler-calendar"
	// ReverseDNS is its name in the whole world, where a system wants one.
	ReverseDNS = "io.github.dibbler-app.dibbler"

	// Version has three numbers: what is incompatible, what is new, what is
	// mended.
	Version = "0.1.0"
	// Date is the day of this version. All packaged files carry it, so that the
	// same source gives the same packages on every day.
	Date = "2026-11-22"
	// Changes is what is new in this version, in one sentence.
	Changes = "The first version."

	// Publisher is who makes the program, and Contact their e-mail address.
	Publisher = "The Dibbler authors"
	Contact   = "dibbler-app@users.noreply.github.com"
	// License is the SPDX name of what the file LICENSE says.
	License = "BSD-3-Clause"

	// Summary says in half a line what the program is for.
	Summary = "Show the calendar of a year in the browser"
	// Description says more, in one paragraph.
	Description = "Shows any year from 1 to 9999, with weeks that begin on the day you like, as a page or as plain text. " +
		"It is a small program that lives in the tray, opens in your browser, answers nobody but you, and needs no network. " +
		"Shutdown in its menu ends it, after what is in flight."
	// Categories say where it stands in a Linux menu, as the Desktop Menu
	// Specification names them.
	Categories = "Office;Calendar;"
	// Keywords find it there, beside its name.
	Keywords = "calendar;year;month;week;"
)

// Opens are the files and URLs that packages for Linux and Windows register the program
// for, the same as App.Opens in main.go.
var Opens []Open

// An Open is a kind of file, or a scheme of URLs.
type Open struct {
	Ext, MIME, Title string // of files: ".tea", "application/x-tea", "Tea plan"
	Scheme           string // of URLs: "tea"
}
