package main

import (
	"errors"
	"flag"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
)

// shotTests matches the tests in build/e2e that show the pages in all states.
const shotTests = "^(TestLook|TestNotes_pages|TestPages|TestStart_failurePage|TestRestart_page|TestErrors|TestPictures)$"

// shots takes pictures of all pages, on a phone and on a desktop, in light and dark, and
// the pictures for README.md.
func shots(args []string) error {
	flags := flag.NewFlagSet("shots", flag.ContinueOnError)
	out := flags.String("out", filepath.Join("dist", "shots"), "the `folder` of the pictures; its index.html shows them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := filepath.Abs(*out)
	if err != nil {
		return err
	}
	if err := install(testPackages); err != nil {
		return err
	}
	err = run(filepath.Join("build", "e2e"), append(nestedEnv, "DIBBLER_SCREENSHOTS="+dir),
		"go", "test", "-count=1", "-p=1", "-timeout=20m", "-run="+shotTests, "./pages", "./create", "./program", "./dev")
	if err != nil {
		return err
	}
	if err := makeIndex(dir); err != nil {
		return err
	}
	fmt.Println("pictures:", filepath.Join(dir, "index.html"))
	return keepImages(filepath.Join(dir, "images"), filepath.Join(".github", "images"))
}

var indexTemplate = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="en">
<title>Pages</title>
<style>body { background: #888 } figure { display: inline-block; margin: 4px; vertical-align: top } img { height: 400px }</style>
{{range .}}<figure><figcaption>{{.}}</figcaption><a href="{{.}}"><img src="{{.}}" alt=""></a></figure>
{{end}}`))

// makeIndex writes a page with all pictures in the folder dir.
func makeIndex(dir string) (err error) {
	pictures, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil {
		return err
	}
	if len(pictures) == 0 {
		return errors.New("no pictures were taken, because the tests were skipped (see above)")
	}
	for i := range pictures {
		pictures[i] = filepath.Base(pictures[i])
	}
	f, err := os.Create(filepath.Join(dir, "index.html"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return indexTemplate.Execute(f, pictures)
}

// keepImages copies the files of a folder to another.
func keepImages(from, to string) error {
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, f.Name()), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
