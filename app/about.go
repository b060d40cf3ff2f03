package app

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
)

// About says for packages, menus and software centres what a program is. All of it is
// optional. Texts are plain, and in one line.
type About struct {
	// Publisher is who makes the program, with an address for mail, as in git:
	// "Ada Lovelace <ada@example.org>". Packages for Linux are meant to have the address.
	Publisher string

	// Summary says in half a line what the program is for, such as "Boil tea to the
	// second", and Description says it in a paragraph.
	Summary, Description string

	// Homepage is the program's address in the web. In reverse, it is a part of the
	// name that macOS and software centres know the program by, unless App.ID has a
	// dot: https://ada.example.org/ makes org.example.ada.ID.
	Homepage string

	// License is the name that SPDX gives the licence, such as "MIT".
	License string

	// Package is what Linux packages are called. Empty means the last part of App.ID.
	// Set it where distributions have another package of that name.
	Package string

	// Categories and Keywords are for the menus of Linux. Categories are those of the
	// Desktop Menu Specification, such as "Office" and "Calendar"; none means "Utility".
	Categories, Keywords []string
}

// A description is what -about writes. Package build/package reads it.
type description struct {
	Name, ID, Version string
	Command           string // the name of the executable
	About             About
	Opens             []Opens
	Flags             []flagHelp
}

// A flagHelp is what -help says of a flag.
type flagHelp struct{ Name, Argument, Usage string }

// describe writes to a file, in JSON, what the program says of itself. Not to standard
// output, which a program of Windows with windows has not.
func (a *App) describe(file string) error {
	d := description{
		Name:    a.Name,
		ID:      a.ID,
		Version: a.Version,
		Command: a.ID[strings.LastIndexByte(a.ID, '.')+1:],
		About:   a.About,
		Opens:   a.Opens,
	}
	a.flags(new(options)).VisitAll(func(f *flag.Flag) {
		if !hidden(f) {
			argument, usage := flag.UnquoteUsage(f)
			d.Flags = append(d.Flags, flagHelp{f.Name, argument, usage})
		}
	})
	text, err := json.MarshalIndent(d, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o666)
}
