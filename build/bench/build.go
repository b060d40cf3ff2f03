package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"
)

// programs are the files of the measured programs.
type programs struct {
	dir      string
	serve    string // a peer
	fixed    string // the packaged app with one fixed page
	calendar string // the packaged app as it is
	bare     string // net/http with one fixed page
	mounted  string // net/http with the calendar in it
}

// mostPages is the maximum number of further pages of a peer.
const mostPages = 1000

// build builds the programs in dir. The working folder is that of this module.
func build(dir string) (programs, error) {
	overlay, err := writeFurther(dir)
	if err != nil {
		return programs{}, err
	}
	p := programs{dir: dir}
	for _, b := range []struct {
		file *string
		name string
		from string // the folder of its module
		args []string
	}{
		{&p.serve, "serve", ".", []string{"-overlay", overlay, "./internal/serve"}},
		{&p.fixed, "fixed", ".", []string{"./internal/fixed"}},
		{&p.calendar, "calendar", "../..", []string{"."}},
		{&p.bare, "bare", ".", []string{"./internal/bare"}},
		{&p.mounted, "mounted", ".", []string{"./internal/mounted"}},
	} {
		*b.file = filepath.Join(dir, b.name)
		cmd := exec.Command("go", append([]string{"build", "-trimpath", "-o", *b.file}, b.args...)...)
		cmd.Dir = b.from
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // like packaged programs
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return programs{}, fmt.Errorf("building %s: %w", b.name, err)
		}
	}
	return p, nil
}

var furtherText = template.Must(template.New("further").Parse(`package peers

import (
	"net/http"

	"github.com/dibbler-app/dibbler/dibbler"
)

var further = []any{ {{- range .}}p{{.}}{}, {{end -}} }

{{range .}}
type p{{.}} struct{}

func (p{{.}}) OnP{{.}}(w *dibbler.Response, r *http.Request) error { return writePage(w) }
{{end}}`))

// writeFurther writes the plug-ins with further pages. It returns an overlay that replaces
// the file of internal/peers by them.
func writeFurther(dir string) (overlay string, err error) {
	numbers := make([]int, mostPages)
	for i := range numbers {
		numbers[i] = i
	}
	var text bytes.Buffer
	if err := furtherText.Execute(&text, numbers); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "further.go")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		return "", err
	}
	replaced, err := filepath.Abs(filepath.Join("internal", "peers", "further.go"))
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{replaced: file}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}
