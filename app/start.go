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

// A Starter is a plug-in that is handed the program before anything is served. The
// plug-ins are started in the order of App.Plugins, each when the one before it has
// returned. If one fails or panics, the program does not start, and the owner is shown
// the error; what was added until then is closed, and flushed as [Tool.OnFlush] says.
//
// ctx is for what the plug-in does beside requests: it is canceled when the program
// ends and nothing is in flight any more, before the plug-ins flush;
// [dibbler.Stopping] of it tells when the end begins.
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

// startPlugins calls StartTool of the plug-ins that have it. tool is the Tool of each,
// but for its name.
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

// checkNoStarter returns an error if plugin's StartTool has another form than that of
// a Starter, and so would never be called.
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

// call calls f, which is a plug-in's function, on a goroutine of its own, which it may end
// by runtime.Goexit. A panic is logged and becomes an error.
func call(function string, f func() error) error {
	result := make(chan error)
	go func() {
		err := errors.New("called runtime.Goexit") // if nothing else is known at the end
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

// panicPlace returns the file and the line that has panicked, such as timer.go:12. It is
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

// pagePlugins returns the plug-ins that have pages or filters, or should have: all but
// those that are nothing but Starters.
func (a *App) pagePlugins() []any {
	return slices.DeleteFunc(slices.Clone(a.Plugins), func(plugin any) bool {
		_, ok := plugin.(Starter)
		return ok && !hasMethlets(reflect.TypeOf(plugin))
	})
}

// hasMethlets reports whether a plug-in of type t has methods that package dibbler takes
// for methlets, or would have them as a pointer, which it then says.
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
