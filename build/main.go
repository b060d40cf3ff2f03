// Command build runs the chores of the project, such as:
//
//	go run ./build test
//	go run ./build package -only windows
//
// Without a verb it lists the verbs.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A verb is a chore. It runs in the folder of the root module, with the arguments that
// follow the verb.
type verb struct {
	name, summary string
	run           func(args []string) error
}

var verbs = []verb{
	{"test", "install what the tests need (on Debian), run all tests except the long ones, and lint", without(test)},
	{"prove", "run all tests at full length and fuzz, for 45 minutes, and print a table of results", without(prove)},
	{"package", "make packages and installers in dist (-help for more)", makePackages},
	{"release", "check that a version can be published, and print how: go run ./build release 0.2.0", release},
	{"bench", "compare Dibbler with its alternatives (-help for more)", bench},
	{"shots", "take pictures of all pages, and make those in .github/images (-help for more)", shots},
	{"icons", "draw the icons in assets from the SVG files there", without(drawIcons)},
}

func main() {
	if len(os.Args) > 1 {
		for _, v := range verbs {
			if v.name == os.Args[1] {
				exit(do(v, os.Args[2:]))
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: go run ./build VERB")
	for _, v := range verbs {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", v.name, v.summary)
	}
	os.Exit(2)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// without returns the function of a verb without arguments.
func without(do func() error) func([]string) error {
	return func(args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("%q: this verb takes no arguments", args)
		}
		return do()
	}
}

func do(v verb, args []string) error {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("go env GOMOD: %w", err)
	}
	path := strings.TrimSpace(string(mod))
	if filepath.Base(path) != "go.mod" {
		return errors.New("there is no go.mod: run this in the project's folder")
	}
	if err := os.Chdir(filepath.Dir(path)); err != nil {
		return err
	}
	return v.run(args)
}
