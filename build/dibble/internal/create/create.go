// Package create makes a tool in a new folder: a module that can be tested, run and packaged
// at once.
package create

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/dibbler-app/dibbler/build/internal/module"
)

// Run makes a tool. args are those of the command line.
func Run(ctx context.Context, args []string) error {
	wanted, err := parse(args)
	if err != nil {
		return err
	}
	source, err := module.Own(ctx)
	if err != nil {
		return err
	}
	t, err := wanted.tool()
	if err != nil {
		return err
	}
	if t.dir, err = findPlace(wanted.folder, source.Dir); err != nil {
		return err
	}
	files, err := t.files(ctx, source)
	if err != nil {
		return err
	}
	if err := writeFolder(t.dir, files); err != nil {
		return err
	}
	fmt.Printf(`%s is in %s. Now:

    cd %s
    go tool dibble dev        # run it; each change that you save is seen at once
    go test ./...
    go tool dibble package    # make what people install, in dist
`, t.name, wanted.folder, shellWord(wanted.folder))
	return nil
}

// A request is what the command line asks for.
type request struct{ folder, name, id, template string }

const usage = `usage: dibble new [flags] FOLDER

Makes a tool in a new folder, such as ../teatimer, from one of these templates:

%s
Flags:

`

func parse(args []string) (r request, err error) {
	flags := flag.NewFlagSet("dibble new", flag.ContinueOnError)
	flags.StringVar(&r.name, "name", "", "what people call the tool, such as \"Tea Timer\" (by default the folder's name)")
	flags.StringVar(&r.id, "id", "", "the `id` of the tool, unlike that of any other: a domain of yours in reverse, and a name, such as org.example.teatimer (by default com.example and the folder's name)")
	flags.StringVar(&r.template, "template", templates[0].name, "the `template` to make it from")
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), usage, listTemplates())
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return r, err
		}
		return r, errors.New("see dibble new -help") // the error has been printed
	}
	switch flags.NArg() {
	case 0:
		return r, errors.New("which folder? Name the one to make, such as: dibble new ../teatimer")
	case 1:
		r.folder = flags.Arg(0)
		return r, nil
	}
	return r, fmt.Errorf("want one folder, not %d: %q. Flags come first, and names with blanks need quotes", flags.NArg(), flags.Args())
}

// shellWord returns a path in quotes, if a shell needs them after cd.
func shellWord(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return strings.ContainsRune(" \t'\"$&();<>|*?[]#~`!", r) }) && os.PathSeparator == '/' {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	if strings.Contains(path, " ") {
		return `"` + path + `"`
	}
	return path
}
