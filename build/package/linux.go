package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/apk"
	_ "github.com/goreleaser/nfpm/v2/arch"
	_ "github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

func (p *packaging) linux(made program) error {
	common, err := p.linuxFiles(made)
	if err != nil {
		return err
	}
	if err := p.linuxTarball(made, common); err != nil {
		return err
	}
	for _, format := range []string{"deb", "rpm", "apk", "archlinux"} {
		if err := p.linuxPackage(format, made, common); err != nil {
			return fmt.Errorf("%s: %w", format, err)
		}
	}
	return nil
}

// iconSizes are sizes of the theme hicolor, which every icon theme inherits.
var iconSizes = []int{16, 22, 24, 32, 48, 64, 128, 256, 512}

// linuxFiles returns the files of every Linux package, relative to /usr or the owner's ~/.local.
func (p *packaging) linuxFiles(made program) ([]file, error) {
	binary, err := os.ReadFile(made.path)
	if err != nil {
		return nil, err
	}
	manual, err := text("manual.1", p.subject())
	if err != nil {
		return nil, err
	}
	if manual, err = compressed(manual); err != nil {
		return nil, err
	}
	all := []file{
		{"bin/" + p.Command, executable, binary},
		{"share/man/man1/" + p.Command + ".1.gz", data, manual},
	}
	icons := "share/icons/hicolor/"
	if p.icon.IsSVG() {
		all = append(all, file{icons + "scalable/apps/" + p.ID + ".svg", data, p.icon.Content})
	}
	pngs, err := p.icon.PNGs(iconSizes...)
	if err != nil {
		return nil, err
	}
	for _, size := range slices.Sorted(maps.Keys(pngs)) {
		all = append(all, file{fmt.Sprintf("%s%[2]dx%[2]d/apps/%s.png", icons, size, p.ID), data, pngs[size]})
	}
	entry, err := text("app.desktop", p.subject())
	if err != nil {
		return nil, err
	}
	metainfo, err := text("metainfo.xml", p.subject())
	if err != nil {
		return nil, err
	}
	opens, err := p.linuxOpens()
	if err != nil {
		return nil, err
	}
	all = append(all, opens...)
	return append(all,
		file{"share/applications/" + p.ID + ".desktop", data, entry},
		file{"share/metainfo/" + p.appStreamID() + ".metainfo.xml", data, metainfo}), nil
}

// linuxTarball makes the archive with the install script, for owners who are not root or whose
// distribution uses other packages.
func (p *packaging) linuxTarball(made program, common []file) error {
	script, err := text("install.sh", p.subject())
	if err != nil {
		return err
	}
	all := append(common[:len(common):len(common)],
		file{"install.sh", executable, script},
		file{"share/doc/" + p.ID + "/copyright", data, made.notices})
	name := p.name("linux-" + made.goarch)
	archive, err := tarball(name, all, p.date)
	if err != nil {
		return err
	}
	return p.add(name+".tar.gz", archive)
}

func (p *packaging) linuxPackage(format string, made program, common []file) error {
	own, err := p.formatFiles(format, made)
	if err != nil {
		return err
	}
	all := append(common[:len(common):len(common)], own...)
	staged := filepath.Join(p.work, format+"-"+made.goarch)
	if err := write(staged, all, p.date); err != nil {
		return err
	}
	info := p.linuxInfo(format, made.goarch)
	for _, f := range all {
		info.Contents = append(info.Contents, p.linuxContent(format, staged, f)...)
	}
	nfpm.WithDefaults(info)
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		return err
	}
	packager, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := packager.Package(info, &b); err != nil {
		return err
	}
	return p.add(packager.ConventionalFileName(info), b.Bytes())
}

// licenses returns the folder of the licence in packages other than Debian's.
func (p *packaging) licenses() string { return "share/licenses/" + p.About.Package }

// linuxContent returns the entry of a package for a file in the folder staged, and for the folder
// of the licence.
func (p *packaging) linuxContent(format, staged string, f file) files.Contents {
	content := &files.Content{
		Source:      filepath.Join(staged, filepath.FromSlash(f.path)),
		Destination: path.Join("/usr", f.path),
		FileInfo:    &files.ContentFileInfo{Owner: "root", Group: "root", Mode: f.mode, MTime: p.date},
	}
	if path.Dir(f.path) != p.licenses() {
		return files.Contents{content}
	}
	if format == "rpm" {
		content.Type = files.TypeRPMLicense
	}
	return files.Contents{content, &files.Content{
		Type:        files.TypeDir,
		Destination: path.Join("/usr", p.licenses()),
		FileInfo:    &files.ContentFileInfo{Owner: "root", Group: "root", Mode: executable, MTime: p.date},
	}}
}

// linuxInfo describes a package of one format for one architecture.
func (p *packaging) linuxInfo(format, goarch string) *nfpm.Info {
	s := p.subject()
	description := s.Summary // the others have one line
	switch format {
	case "deb":
		description += "\n" + wrapped(s.Description, 76)
	case "rpm": // the summary is a separate field
		description = wrapped(s.Description, 76)
	}
	return &nfpm.Info{
		Name:        p.About.Package,
		Arch:        goarch,
		Platform:    "linux",
		Version:     p.Version,
		Release:     "1",
		Section:     "utils",
		Priority:    "optional",
		Maintainer:  s.Maintainer,
		Vendor:      p.publisher,
		Description: description,
		License:     p.About.License,
		Homepage:    p.About.Homepage,
		MTime:       p.date,
		// The author's folder may be called tools [old].
		DisableGlobbing: true,
		Overridables: nfpm.Overridables{
			// The program itself depends on nothing; xdg-utils opens the browser.
			Recommends: []string{"xdg-utils"},
			Deb:        nfpm.Deb{Compression: "xz"},
			RPM: nfpm.RPM{
				Compression: "xz",
				Summary:     s.Summary,
				BuildHost:   "localhost", // by default this machine's name
				Group:       "Applications/Productivity",
			},
			ArchLinux: nfpm.ArchLinux{Packager: s.Maintainer},
		},
	}
}

// formatFiles returns the files that only packages of this format have.
func (p *packaging) formatFiles(format string, made program) ([]file, error) {
	if format != "deb" {
		return []file{{p.licenses() + "/LICENSE", data, made.notices}}, nil
	}
	doc := "share/doc/" + p.About.Package + "/"
	own := []file{{doc + "copyright", data, debianNotices(made.notices)}}
	changelog, err := text("changelog", p.subject())
	if err != nil {
		return nil, err
	}
	if changelog, err = compressed(changelog); err != nil {
		return nil, err
	}
	overrides, err := text("lintian-overrides", p.subject())
	if err != nil {
		return nil, err
	}
	return append(own,
		file{doc + "changelog.Debian.gz", data, changelog},
		file{"share/lintian/overrides/" + p.About.Package, data, overrides}), nil
}
