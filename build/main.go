// Command build does what the project needs done:
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

// A verb is something that the command does, in the folder of the root module,
// with the arguments that follow it.
type verb struct {
	name, summary string
	run           func(args []string) error
}

var verbs = []verb{
	{"test", "install what the tests need (on Debian), run all but the long ones, and lint", without(test)},
	{"prove", "run all tests at their full length, and more, and print a table of what held: three quarters of an hour", without(prove)},
	{"package", "make what people install, in dist (-help for more)", makePackages},
	{"release", "check that a version can be published, and say how: go run ./build release 0.2.0", release},
	{"bench", "compare Dibbler with what one would take in its place (-help for more)", bench},
	{"shots", "take pictures of all pages, and make those in .github/images (-help for more)", shots},
	{"icons", "draw the pictures in assets from the drawings there", without(drawIcons)},
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

// without makes a verb of what takes no arguments.
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
		return errors.New("no go.mod here: run it in the project's folder")
	}
	if err := os.Chdir(filepath.Dir(path)); err != nil {
		return err
	}
	return v.run(args)
}
