package dev

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// An embedPattern is a pattern of a go:embed line.
type embedPattern struct {
	text string // such as web/*.html
	all  bool   // whether it includes names in folders that begin with a dot or an underscore

	// live means that the tool reads the files from disk under dibble dev, because the
	// variable is used only by app.Files and app.Templates.
	live bool
}

// matches reports whether the pattern embeds the file name, by its own name or in a
// folder. name is relative to the package.
func (p embedPattern) matches(name string) (itself, inFolder bool) {
	if ok, _ := path.Match(p.text, name); ok {
		return true, false
	}
	for folder := name; ; {
		folder = path.Dir(folder)
		ok, _ := path.Match(p.text, folder)
		if ok {
			below := strings.TrimPrefix(name, folder)
			return false, p.all || !strings.Contains(below, "/.") && !strings.Contains(below, "/_")
		}
		if folder == "." {
			return false, false
		}
	}
}

// appPath is the path of the package with Files and Templates.
const appPath = "github.com/dibbler-app/dibbler/app"

// embedPatterns returns the patterns of a package. The patterns of files that cannot be
// parsed come from the go command, and are not live.
func embedPatterns(p listed) (patterns []embedPattern) {
	vars := map[string][]embedPattern{}
	read, other := map[string]bool{}, map[string]bool{}
	files := token.NewFileSet()
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
		file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		addEmbedVars(file, vars)
		addUses(file, read, other)
	}
	known := map[string]bool{}
	for name, all := range vars {
		for _, pattern := range all {
			pattern.live = read[name] && !other[name]
			patterns = append(patterns, pattern)
			known[pattern.text] = true
		}
	}
	for _, text := range p.EmbedPatterns {
		if pattern := newEmbedPattern(text); !known[pattern.text] {
			patterns = append(patterns, pattern)
		}
	}
	return patterns
}

func newEmbedPattern(text string) embedPattern {
	text, all := strings.CutPrefix(text, "all:")
	return embedPattern{text: path.Clean(text), all: all}
}

// addEmbedVars adds the variables of a file that have go:embed lines.
func addEmbedVars(file *ast.File, vars map[string][]embedPattern) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			spec := spec.(*ast.ValueSpec)
			doc := spec.Doc
			if doc == nil {
				doc = group.Doc
			}
			if doc == nil || len(spec.Names) != 1 {
				continue
			}
			for _, line := range doc.List {
				if rest, ok := strings.CutPrefix(line.Text, "//go:embed "); ok {
					vars[spec.Names[0].Name] = append(vars[spec.Names[0].Name], splitPatterns(rest)...)
				}
			}
		}
	}
}

// splitPatterns splits the patterns of a go:embed line, which may be quoted.
func splitPatterns(line string) (patterns []embedPattern) {
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		text := strings.Fields(line)[0]
		rest := line[len(text):]
		if quoted, err := strconv.QuotedPrefix(line); err == nil {
			rest = line[len(quoted):]
			text, _ = strconv.Unquote(quoted)
		}
		patterns = append(patterns, newEmbedPattern(text))
		line = rest
	}
	return patterns
}

// addUses adds the names that a file passes to app.Files or app.Templates to read, and
// names that it uses otherwise to other. A name that also has another meaning is added to
// other, which only causes a build.
func addUses(file *ast.File, read, other map[string]bool) {
	app := importName(file, appPath)
	skip := map[*ast.Ident]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 || f.Sel.Name != "Files" && f.Sel.Name != "Templates" {
				break
			}
			pkg, ok := f.X.(*ast.Ident)
			if arg, isName := n.Args[0].(*ast.Ident); ok && isName && app != "" && pkg.Name == app {
				read[arg.Name] = true
				skip[arg] = true
			}
		case *ast.SelectorExpr:
			skip[n.Sel] = true
		case *ast.ValueSpec:
			for _, name := range n.Names {
				skip[name] = true
			}
		case *ast.Ident:
			if !skip[n] {
				other[n.Name] = true
			}
		}
		return true
	})
}

// importName returns the name of a package in the file, or "" if it is not imported.
func importName(file *ast.File, importPath string) string {
	for _, i := range file.Imports {
		if i.Path.Value != strconv.Quote(importPath) {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}
