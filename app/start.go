package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Starter is a plug-in that gets a [Tool] before the program serves any page. It need
// not have methlets. StartTool is called for one plug-in after another, in the order of
// App.Plugins. If it returns an error or panics, the program does not start, and the
// owner is shown the error. Services that plug-ins have already added are closed, and the
// functions of [Tool.OnFlush] are called.
//
// ctx is for goroutines that the plug-in starts. It is canceled when the program ends and
// all requests have finished or been cut, before the functions of OnFlush are called. The
// channel that [dibbler.Stopping] returns for ctx is closed when the program begins to
// shut down.
type Starter interface {
	StartTool(ctx context.Context, tool *Tool) error
}

// newTool returns a Tool without the name of its plug-in.
func (i *invocation) newTool(p *program) Tool {
	return Tool{
		data:     &dataFolder{make: i.makeData},
		url:      p.url,
		life:     i.life,
		desk:     p.desk,
		picker:   p.picker,
		recent:   p.recent,
		site:     p.site,
		saved:    new(savedFiles),
		launches: p.launches,
	}
}

// startPlugins calls StartTool of the plug-ins that have it. Each gets a copy of tool
// with its own name.
func (a *App) startPlugins(tool Tool) error {
	for _, plugin := range a.Plugins {
		starter, ok := plugin.(Starter)
		if !ok {
			if err := checkNoStarter(plugin); err != nil {
				return err
			}
			continue
		}
		own := tool
		own.plugin = fmt.Sprintf("%T", plugin)
		err := call("StartTool", func() error { return starter.StartTool(tool.life.Context(), &own) })
		if err := errors.Join(tool.data.failure(), err); err != nil {
			return fmt.Errorf("plug-in %T: StartTool: %w", plugin, err)
		}
	}
	return nil
}

// checkNoStarter returns an error if plugin has a StartTool that would never be called,
// because its signature is not that of a Starter or its receiver is a pointer.
func checkNoStarter(plugin any) error {
	const name = "StartTool"
	found, ok := reflect.TypeOf(plugin).MethodByName(name)
	if !ok && reflect.TypeOf(plugin).Kind() != reflect.Pointer {
		found, ok = reflect.PointerTo(reflect.TypeOf(plugin)).MethodByName(name)
		if ok {
			return fmt.Errorf("plug-in %T: StartTool has a pointer receiver; put &%T{} into App.Plugins", plugin, plugin)
		}
	}
	if ok {
		return fmt.Errorf("plug-in %T: StartTool is a %v; want StartTool(ctx context.Context, tool *app.Tool) error", plugin, found.Func.Type())
	}
	return nil
}

// call calls a plug-in's function on a new goroutine, because f may call runtime.Goexit.
// A panic is logged and becomes an error.
func call(function string, f func() error) error {
	result := make(chan error)
	go func() {
		err := errors.New("called runtime.Goexit") // unless f returns or panics
		defer func() {
			if v := recover(); v != nil {
				slog.Error("plug-in panicked", "in", function, "panic", v, "stack", string(debug.Stack()))
				err = fmt.Errorf("panicked at %s: %v", panicPlace(), v)
			}
			result <- err
		}()
		err = f()
	}()
	return <-result
}

// panicPlace returns the file and line of the panic, such as timer.go:12. It must be
// called by the function that recovers.
func panicPlace() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	for panics := false; ; {
		f, more := frames.Next()
		ofRuntime := strings.HasPrefix(f.Function, "runtime.")
		switch {
		case panics && !ofRuntime:
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		case !more:
			return "an unknown place"
		}
		panics = panics || f.Function == "runtime.gopanic"
	}
}

// pagePlugins returns the plug-ins to register with the server: all except Starters
// without methlets.
func (a *App) pagePlugins() []any {
	return slices.DeleteFunc(slices.Clone(a.Plugins), func(plugin any) bool {
		_, ok := plugin.(Starter)
		return ok && !hasMethlets(reflect.TypeOf(plugin))
	})
}

// hasMethlets reports whether t or a pointer to it has methlets. A value whose methlets
// have pointer receivers is registered, too, so that package dibbler reports the mistake.
func hasMethlets(t reflect.Type) bool {
	if t.Kind() != reflect.Pointer {
		t = reflect.PointerTo(t)
	}
	for m := range t.Methods() {
		after, ok := strings.CutPrefix(m.Name, "On")
		if first, _ := utf8.DecodeRuneInString(after); ok && unicode.IsUpper(first) {
			return true
		}
	}
	return false
}
