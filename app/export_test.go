package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
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
