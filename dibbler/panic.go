package dibbler

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
)

// A panicError is a panic of a methlet or of a method of its error.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

func (e *panicError) Unwrap() error {
	err, _ := e.value.(error)
	return err
}

// catch calls f and returns its error, or a panicError if f panics.
func catch(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, panicStack()}
		}
	}()
	return f()
}

// panicStack returns the stack of the panic that is being recovered from, from the plug-in's
// innermost function to its methlet. The standard library's functions above it are left out
// because they are not at fault, and the functions below because they are the same for each
// panic.
func panicStack() string {
	calls := panicCalls()
	isOwn := func(f runtime.Frame) bool { return !isStandard(f.Function) }
	if last := slices.IndexFunc(calls, isOwn); last >= 0 {
		calls = calls[last:]
		for !isOwn(calls[len(calls)-1]) {
			calls = calls[:len(calls)-1]
		}
	}
	var b strings.Builder
	for _, f := range calls {
		fmt.Fprintf(&b, "%s\n\t%s:%d\n", f.Function, f.File, f.Line)
	}
	return b.String()
}

// panicCalls returns the frames between the panic and the server, the innermost first.
func panicCalls() (calls []runtime.Frame) {
	pcs := make([]uintptr, 100)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for panicked, more := false, true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		switch {
		case f.Function == "runtime.gopanic" && len(calls) == 0:
			panicked = true
		case !panicked || strings.HasPrefix(f.Function, "runtime.") && len(calls) == 0:
		case isServerCall(f.Function):
			return calls
		default:
			calls = append(calls, f)
		}
	}
	return calls
}

// isServerCall reports whether a function is one that calls methlets and handlers.
func isServerCall(function string) bool {
	name := function[strings.LastIndex(function, "/")+1:]
	return name == "dibbler.(*Server).run" || name == "dibbler.(*route).ServeHTTP" ||
		strings.HasPrefix(name, "dibbler.bindMethlet.") || strings.HasPrefix(name, "dibbler.bindHandler.")
}

// isStandard reports whether a function is one of the standard library. The first part of
// another import path has a dot, except in the main module.
func isStandard(function string) bool {
	name := strings.LastIndex(function, "/") + 1
	name += strings.Index(function[name:], ".")
	pkg := function[:max(name, 0)]
	first, _, _ := strings.Cut(pkg, "/")
	own := mainModule()
	return !strings.Contains(first, ".") && pkg != "main" && pkg != own && !strings.HasPrefix(pkg, own+"/")
}

// mainModule returns the path of the program's module.
var mainModule = sync.OnceValue(func() string {
	if build, ok := debug.ReadBuildInfo(); ok {
		return build.Main.Path
	}
	return ""
})
