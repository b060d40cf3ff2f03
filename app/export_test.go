package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/dibbler-app/dibbler/app/internal/launch"
)

// RunExample runs a program with one plug-in as -self-test does, and calls use with its
// address. What goes wrong is printed.
func RunExample(plugin any, use func(home string)) {
	a := &App{Name: "Example", Plugins: []any{plugin}, SelfTest: func(_ context.Context, home string, _ func(method, page string) (string, error)) error {
		use(home)
		http.DefaultClient.CloseIdleConnections()
		return nil
	}}
	if err := a.setDefaults(); err != nil {
		fmt.Println(err)
	}
	if err := a.testItself(io.Discard, os.Stderr); err != nil {
		fmt.Println(err)
	}
}

// RunLaunch runs a program with a plug-in that opens files and addresses, and prints the
// page that a launch with args opens.
func RunLaunch(plugin any, opens []Opens, args ...string) {
	var tool *Tool
	a := &App{Name: "Example", Opens: opens, Plugins: []any{plugin, starter(func(_ context.Context, t *Tool) error { tool = t; return nil })}}
	a.SelfTest = func(ctx context.Context, _ string, _ func(method, page string) (string, error)) error {
		args, err := launch.CheckArgs(a.opens(), args, "")
		if err == nil {
			args[0], err = tool.launches.page(ctx, args, "")
		}
		fmt.Println(args[0], err)
		return nil
	}
	if err := a.setDefaults(); err != nil {
		fmt.Println(err)
	}
	if err := a.testItself(io.Discard, os.Stderr); err != nil {
		fmt.Println(err)
	}
}
