package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// billOfMaterials lists the modules in each program, as the linker has recorded them, in the
// CycloneDX format.
func (p *packaging) billOfMaterials() error {
	app := cdx.Component{
		BOMRef: p.ID, Type: cdx.ComponentTypeApplication, Name: p.Name, Version: p.Version,
		Description: p.About.Summary, Publisher: p.publisher,
	}
	if p.About.License != "" {
		app.Licenses = &cdx.Licenses{{Expression: p.About.License}}
	}
	modules := make(map[string]cdx.Component)
	var programs []cdx.Component
	var needs []cdx.Dependency
	var refs []string
	for _, made := range p.programs {
		info, err := buildinfo.ReadFile(made.path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(made.path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ref := made.platform()
		programs = append(programs, cdx.Component{
			BOMRef: ref, Type: cdx.ComponentTypeFile, Name: ref + "/" + filepath.Base(made.path), Version: p.Version,
			Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
		})
		refs = append(refs, ref)
		linked := []string{}
		for _, c := range linkedModules(info) {
			modules[c.BOMRef] = c
			linked = append(linked, c.BOMRef)
		}
		slices.Sort(linked)
		needs = append(needs, cdx.Dependency{Ref: ref, Dependencies: &linked})
	}
	components := programs
	for _, ref := range slices.Sorted(maps.Keys(modules)) {
		components = append(components, modules[ref])
	}
	needs = append([]cdx.Dependency{{Ref: app.BOMRef, Dependencies: &refs}}, needs...)

	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Timestamp: p.date.Format(time.RFC3339), Component: &app}
	bom.Components = &components
	bom.Dependencies = &needs
	var b bytes.Buffer
	if err := cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return err
	}
	return p.add(p.billName(), b.Bytes())
}

// billName returns the name of the bill. It includes the systems of -only, because the files of
// several runs may be published together.
func (p *packaging) billName() string {
	name := p.Command + "-" + p.Version
	if p.only != "" {
		name += "-" + strings.NewReplacer(",", "-", "/", "-").Replace(p.only)
	}
	return name + ".cdx.json"
}

// linkedModules returns the standard library and the modules in a program.
func linkedModules(info *debug.BuildInfo) []cdx.Component {
	components := []cdx.Component{module("std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, dep := range info.Deps {
		dep = linked(dep)
		components = append(components, module(dep.Path, dep.Version))
	}
	return components
}

// linked returns the module that replaces dep in the program, or dep itself if there is none. It
// also returns dep for a folder, whose name has no meaning on other machines.
func linked(dep *debug.Module) *debug.Module {
	if dep.Replace != nil && dep.Replace.Sum != "" {
		return dep.Replace
	}
	return dep
}

func module(path, version string) cdx.Component {
	purl := "pkg:golang/" + path + "@" + version
	return cdx.Component{BOMRef: purl, Type: cdx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: purl}
}
