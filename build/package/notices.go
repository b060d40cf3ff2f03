package main

import (
	"bytes"
	"debug/buildinfo"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// readLicense reads the author's licence, in the folder of the program or else of its module.
func (p *packaging) readLicense() error {
	texts, err := licenseFiles(p.root)
	if err == nil && texts == nil {
		texts, err = licenseFiles(p.module)
	}
	if err != nil {
		return err
	}
	if texts == nil {
		p.remark("there is no %s, so the packages do not say what people may do with the tool", short(filepath.Join(p.module, "LICENSE")))
		text := p.Name + " " + p.Version + "\n"
		if copyright := p.subject().Copyright; copyright != "" {
			text += copyright + "\n"
		}
		texts = [][]byte{[]byte(text)}
	}
	p.license = bytes.Join(texts, []byte("\n"))
	return nil
}

// goLicense is the licence of the standard library and the runtime. Some installations of Go do
// not have it.
//
//go:embed go-license.txt
var goLicense []byte

// notices returns the licences of everything that is linked into a program. Most of them
// require that.
func (p *packaging) notices(made program) ([]byte, error) {
	info, err := buildinfo.ReadFile(made.path)
	if err != nil {
		return nil, err
	}
	folders, err := p.moduleFolders(made)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(p.license)
	notice(&b, "the Go standard library and runtime", goLicense)
	for _, dep := range info.Deps {
		texts, err := licenseFiles(folders[dep.Path])
		if err != nil {
			return nil, err
		}
		if texts == nil {
			p.remark("there is no licence in %s, so the packages have none for %s", folders[dep.Path], dep.Path)
		}
		for _, text := range texts {
			notice(&b, linked(dep).Path, text)
		}
	}
	return b.Bytes(), nil
}

func notice(b *bytes.Buffer, of string, text []byte) {
	fmt.Fprintf(b, "\n%s\nThis program contains %s:\n\n%s\n", strings.Repeat("-", 78), of, bytes.TrimSpace(text))
}

// moduleFolders returns the folders of the modules of a program, by module path: in the module
// cache, or where a replace line of go.mod says.
func (p *packaging) moduleFolders(made program) (map[string]string, error) {
	cmd := p.goCommand("list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Dir}}{{end}}", ".")
	cmd.Env = append(cmd.Env, made.env...)
	out, err := output(cmd)
	if err != nil {
		return nil, err
	}
	folders := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if path, dir, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			folders[path] = dir
		}
	}
	return folders, nil
}

// licenseFiles returns the licences and notices in the top folder of a module. It leaves out Go
// code and binary files with such names.
func licenseFiles(dir string) (texts [][]byte, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := strings.ToUpper(entry.Name())
		if entry.IsDir() || filepath.Ext(name) == ".GO" || !strings.HasPrefix(name, "LICENSE") && !strings.HasPrefix(name, "LICENCE") &&
			!strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(text, []byte{0}) {
			texts = append(texts, text)
		}
	}
	return texts, nil
}

// apache is the text of the Apache licence, with or without its appendix.
var apache = regexp.MustCompile(`(?s)Apache License\s+Version 2\.0, January 2004.*?END OF TERMS AND CONDITIONS(\s+APPENDIX:.*?limitations under the License\.)?`)

// debianNotices replaces the text of the Apache licence with a reference to the file that
// every Debian system has, as Debian's policy requires.
func debianNotices(notices []byte) []byte {
	return apache.ReplaceAllLiteral(notices, []byte("Apache License, version 2.0: see /usr/share/common-licenses/Apache-2.0"))
}
