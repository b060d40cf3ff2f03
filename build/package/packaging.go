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

// A packaging is one run.
type packaging struct {
	ctx         context.Context
	root        string // the folder of the program's package main
	wantVersion string // empty: the program's own
	only        string // the wanted systems, as they were asked for; empty: all
	icon        *drawing.Drawing
	signArgs    []string // empty: nothing is signed
	signCA      string

	description                    // what the program says of itself
	publisher, contact, identifier string

	module   string    // the folder of the program's module
	date     time.Time // of every packaged file
	made     string    // the folder where packages appear
	work     string    // the folder for what they are made of
	license  []byte    // the program's own
	programs []program
	remarks  []string // on what could not be made, or not well
}

// remark adds one to those at the end, once.
func (p *packaging) remark(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(p.remarks, text) {
		p.remarks = append(p.remarks, text)
	}
}

// distFolder holds what the last run has made, and nothing else.
const distFolder = "dist"

// checkDist refuses a folder with files that no run has made: it would be deleted.
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
			return fmt.Errorf("%s was not made here, and this folder is about to be replaced: move it away", filepath.Join(dist, e.Name()))
		}
	}
	return nil
}

// run makes the packages for these systems. They all appear in the end, or none.
func (p *packaging) run(wanted []target, icon string) (err error) {
	if err := p.prepare(wanted, icon); err != nil {
		return err
	}
	// Beside dist, for both to be on one disk.
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
	dist := filepath.Join(p.root, distFolder)
	if err := replace(dist, p.made, filepath.Join(temp, "old")); err != nil {
		return err
	}
	fmt.Println("all in", dist)
	if p.remarks != nil {
		fmt.Println("not made here, or to be mended:\n -", strings.Join(p.remarks, "\n - "))
	}
	return nil
}

// replace puts the folder made in the place of dist, which is then old. If that fails,
// since some program has a file of it open, say, dist stays as it was.
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

// makeAll makes all that is going to be in dist.
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

// prepare finds out before the work what would fail after it.
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
		if t.needs == nil || p.only == "" { // else it is remarked
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
		p.remark("%s was drawn from another icon.svg, icon.png or glyph.svg than there are now: draw it again with go tool dibble icons", short(filepath.Join(p.root, "icon.go")))
	}
	return nil
}

// name begins the names of files that have no convention of their own.
func (p *packaging) name(rest string) string { return p.Command + "-" + p.Version + "-" + rest }

// add writes a finished package, and says so.
func (p *packaging) add(name string, content []byte) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(p.made, name), content, 0o644); err != nil {
		return err
	}
	return p.say(name)
}

// say tells that a package is finished.
func (p *packaging) say(name string) error {
	stat, err := os.Stat(filepath.Join(p.made, name))
	if err != nil {
		return err
	}
	fmt.Printf("  %-45s %8.2f MB\n", name, float64(stat.Size())/1e6)
	return nil
}
