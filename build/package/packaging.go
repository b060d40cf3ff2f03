package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/build/package/internal/drawing"
)

// A packaging is a run of the command.
type packaging struct {
	ctx         context.Context
	root        string // the folder of the program's package main
	wantVersion string // empty: the program's own
	only        string // the argument of -only; empty: all systems
	icon        *drawing.Drawing
	signArgs    []string // empty: nothing is signed
	signCA      string

	description                    // of the program, by itself
	publisher, contact, identifier string

	module   string    // the folder of the program's module
	date     time.Time // of every packaged file
	made     string    // the folder where packages appear
	work     string    // the folder for intermediate files
	license  []byte    // of the program itself
	programs []program
	remarks  []string // on missing things, and things to change
}

// remark adds a remark to those that are printed at the end, unless it is there already.
func (p *packaging) remark(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(p.remarks, text) {
		p.remarks = append(p.remarks, text)
	}
}

// distFolder has the files of the last run, and nothing else.
const distFolder = "dist"

// checkDist returns an error if distFolder has files that no run has made: they would be
// deleted.
func (p *packaging) checkDist() error {
	dist := filepath.Join(p.root, distFolder)
	entries, err := os.ReadDir(dist)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(dist, sumsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.Name() != sumsName && !bytes.Contains(sums, []byte("  "+e.Name()+"\n")) {
			return fmt.Errorf("%s was not made by dibble package, and its folder is about to be replaced: move it away", filepath.Join(dist, e.Name()))
		}
	}
	return nil
}

// run makes the packages for these targets. At the end, either all of them appear or none.
func (p *packaging) run(wanted []target, icon string) (err error) {
	if err := p.prepare(wanted, icon); err != nil {
		return err
	}
	// Beside dist, so that both are on the same disk.
	temp, err := os.MkdirTemp(p.root, ".dist-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	p.made, p.work = filepath.Join(temp, "made"), filepath.Join(temp, "work")
	for _, dir := range []string{p.made, p.work} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if err := p.makeAll(wanted); err != nil {
		return err
	}
	if err := p.checkDist(); err != nil { // again: the work takes minutes
		return err
	}
	dist := filepath.Join(p.root, distFolder)
	if err := replace(dist, p.made, filepath.Join(temp, "old")); err != nil {
		return err
	}
	fmt.Println("The packages are in", dist)
	if p.remarks != nil {
		fmt.Println("Missing, or to be changed:\n -", strings.Join(p.remarks, "\n - "))
	}
	return nil
}

// replace moves the folder dist to old, and made to dist. If that fails, for example because
// a program has a file in dist open, dist stays as it was.
func replace(dist, made, old string) error {
	err := os.Rename(dist, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	was := err == nil
	if err = os.Rename(made, dist); err != nil && was {
		err = errors.Join(err, os.Rename(old, dist))
	}
	return err
}

// makeAll makes all files that are going to be in dist.
func (p *packaging) makeAll(wanted []target) error {
	if err := p.ask(); err != nil {
		return err
	}
	if err := p.checkDescription(); err != nil {
		return err
	}
	if err := p.readLicense(); err != nil {
		return err
	}
	for _, t := range wanted {
		if err := p.make(t); err != nil {
			return fmt.Errorf("for %s on %s: %w", t.name, t.goarch, err)
		}
	}
	if err := p.billOfMaterials(); err != nil {
		return err
	}
	return p.sums()
}

func (p *packaging) make(t target) error {
	fmt.Printf("%s: compiling\n", t.platform())
	made, err := p.compile(t.goos, t.goarch, p.Command, t.linkerFlags)
	if err != nil {
		return err
	}
	if made.notices, err = p.notices(made); err != nil {
		return err
	}
	p.programs = append(p.programs, made)
	return t.make(p, made)
}

// prepare reads and checks everything that is needed, before the work begins.
func (p *packaging) prepare(wanted []target, icon string) (err error) {
	if p.wantVersion != "" && !threeNumbers.MatchString(p.wantVersion) {
		return fmt.Errorf("-version: "+badVersion, p.wantVersion)
	}
	if err := p.checkDist(); err != nil {
		return err
	}
	if len(p.signArgs) > 0 {
		if err := signer(runtime.GOOS); err != nil {
			return err
		}
	}
	for _, t := range wanted {
		if t.needs == nil || p.only == "" { // without -only, a remark says what is missing
			continue
		}
		if err := t.needs.find(); err != nil {
			return err
		}
	}
	if err := p.findModule(); err != nil {
		return err
	}
	if p.date, err = p.findDate(); err != nil {
		return err
	}
	if icon == "" {
		p.icon, err = drawing.Find(p.root)
	} else {
		p.icon, err = drawing.Open(icon)
	}
	if err != nil {
		return err
	}
	if old, err := drawing.Outdated(p.root); err != nil {
		return err
	} else if old {
		p.remark("%s was not drawn from the present icon.svg, icon.png or glyph.svg: run go tool dibble icons", short(filepath.Join(p.root, "icon.go")))
	}
	return nil
}

// name returns the name of a file for which there is no convention.
func (p *packaging) name(rest string) string { return p.Command + "-" + p.Version + "-" + rest }

// add writes a finished package, and prints its name and size.
func (p *packaging) add(name string, content []byte) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(p.made, name), content, 0o644); err != nil {
		return err
	}
	return p.say(name)
}

// say prints the name and size of a finished package.
func (p *packaging) say(name string) error {
	stat, err := os.Stat(filepath.Join(p.made, name))
	if err != nil {
		return err
	}
	size, unit := float64(stat.Size())/1e6, "MB"
	if size < 0.1 {
		size, unit = size*1e3, "kB"
	}
	fmt.Printf("  %-45s %8.1f %s\n", name, size, unit)
	return nil
}
