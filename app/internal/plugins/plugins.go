// Package plugins calls the functions of plug-ins, and finds mistakes in their methods.
package plugins

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Call calls f on a new goroutine, because f may call runtime.Goexit, and waits for it. A
// panic is logged and becomes an error. function is the name of f for the log.
func Call(function string, f func() error) error {
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

// HasMethlets reports whether plugin or a pointer to it has methlets. A value whose
// methlets have pointer receivers is registered, too, so that package dibbler reports the
// mistake.
func HasMethlets(plugin any) bool {
	t := reflect.TypeOf(plugin)
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

// CheckUncalled returns an error if plugin, which does not implement the interface with
// this method, has a method with the same name. It would never be called, because its
// signature is another one or its receiver is a pointer. signature is the method's, with
// its name.
func CheckUncalled(plugin any, name, signature string) error {
	t := reflect.TypeOf(plugin)
	found, ok := t.MethodByName(name)
	if !ok && t.Kind() != reflect.Pointer {
		if _, ok = reflect.PointerTo(t).MethodByName(name); ok {
			return fmt.Errorf("plug-in %T: %s has a pointer receiver; put &%T{} into App.Plugins", plugin, name, plugin)
		}
	}
	if ok {
		return fmt.Errorf("plug-in %T: %s is a %v; want %s", plugin, name, found.Func.Type(), signature)
	}
	return nil
}
