// Package create makes a new tool: a folder with a module that can be tested, run and
// packaged.
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

// Run makes a tool. args are the arguments of the command line.
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
    go tool dibble dev        # run it, and restart it after each saved change
    go test ./...
    go tool dibble package    # make packages and installers in dist
`, t.name, wanted.folder, shellWord(wanted.folder))
	return nil
}

// A request has the parsed arguments of the command line.
type request struct{ folder, name, id, template string }

const usage = `usage: dibble new [flags] FOLDER

Makes a tool in a new folder, such as ../teatimer, from one of these templates:

%s
Flags:

`

func parse(args []string) (r request, err error) {
	flags := flag.NewFlagSet("dibble new", flag.ContinueOnError)
	flags.StringVar(&r.name, "name", "", "the name of the tool for people, such as \"Tea Timer\" (default: the folder's name)")
	flags.StringVar(&r.id, "id", "", "the unique `id` of the tool: your domain in reverse and a name, such as org.example.teatimer (default: com.example and the folder's name)")
	flags.StringVar(&r.template, "template", templates[0].name, "the `template` to copy")
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
		return r, errors.New("give the folder to make, such as: dibble new ../teatimer")
	case 1:
		r.folder = flags.Arg(0)
		return r, nil
	}
	return r, fmt.Errorf("give one folder, not %d: %q. Flags come first, and names with spaces need quotes", flags.NArg(), flags.Args())
}

// shellWord returns path for cd, in quotes if a shell needs them.
func shellWord(path string) string {
	if strings.HasPrefix(path, "-") { // otherwise an option
		path = "." + string(os.PathSeparator) + path
	}
	if strings.ContainsFunc(path, func(r rune) bool { return strings.ContainsRune(" \t'\"$&();<>|*?[]{}#~`!\\", r) }) && os.PathSeparator == '/' {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	if strings.Contains(path, " ") {
		return `"` + path + `"`
	}
	return path
}
