// Command build does what the project needs done:
//
//	go run ./build test
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

// A verb is something that the command does, in the folder of the root module.
type verb struct {
	name, summary string
	run           func() error
}

var verbs = []verb{
	{"test", "install what the tests need (on Debian), and run them all", test},
}

func main() {
	if len(os.Args) == 2 {
		for _, v := range verbs {
			if v.name == os.Args[1] {
				exit(do(v))
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

func do(v verb) error {
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
	return v.run()
}
