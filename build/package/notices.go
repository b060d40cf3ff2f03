package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// notices returns the licences of all that is linked into a program. Most of
// them ask that they come with it.
func (p *packaging) notices(path string) ([]byte, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(p.license)
	goRoot, err := output(p.goCommand("env", "GOROOT"))
	if err != nil {
		return nil, err
	}
	goLicense, err := os.ReadFile(filepath.Join(string(bytes.TrimSpace(goRoot)), "LICENSE"))
	if err != nil {
		return nil, err
	}
	notice(&b, "the Go standard library and runtime", goLicense)
	for _, dep := range info.Deps {
		dep = linked(dep)
		dir, err := p.moduleFolder(dep.Path, dep.Version)
		if err != nil {
			return nil, err
		}
		licenses, err := licenseFiles(dir)
		if err != nil {
			return nil, err
		}
		for _, text := range licenses {
			notice(&b, dep.Path, text)
		}
	}
	return b.Bytes(), nil
}

func notice(b *bytes.Buffer, of string, text []byte) {
	fmt.Fprintf(b, "\n%s\nThis program contains %s:\n\n%s\n", strings.Repeat("-", 78), of, bytes.TrimSpace(text))
}

// moduleFolder is where the go command keeps a module's source.
func (p *packaging) moduleFolder(path, version string) (string, error) {
	out, err := output(p.goCommand("mod", "download", "-json", path+"@"+version))
	if err != nil {
		return "", err
	}
	var module struct{ Dir string }
	err = json.Unmarshal(out, &module)
	return module.Dir, err
}

// licenseFiles returns the texts at the top of a module that say what is allowed.
func licenseFiles(dir string) (texts [][]byte, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := strings.ToUpper(entry.Name())
		if entry.IsDir() || !strings.HasPrefix(name, "LICENSE") && !strings.HasPrefix(name, "LICENCE") &&
			!strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	if texts == nil {
		return nil, errors.New(dir + " has no licence that could be passed on")
	}
	return texts, nil
}

// apache is the whole text of the Apache licence, which ends either before or
// after an appendix on how to apply it.
var apache = regexp.MustCompile(`(?s)Apache License\s+Version 2\.0, January 2004.*?END OF TERMS AND CONDITIONS(\s+APPENDIX:.*?limitations under the License\.)?`)

// debianNotices refers to the licences that every Debian system has, as its
// policy wants.
func debianNotices(notices []byte) []byte {
	return apache.ReplaceAllLiteral(notices, []byte("Apache License, version 2.0: see /usr/share/common-licenses/Apache-2.0"))
}
