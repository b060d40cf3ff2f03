package dibbler

import (
	"fmt"
	"runtime"
	"strings"
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

// panicStack returns the stack of the panic that is being recovered from, starting at the
// function that panicked. The runtime's functions above it and the server's functions below
// the methlet are left out, because they are the same for each panic.
func panicStack() string {
	pcs := make([]uintptr, 100)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var b strings.Builder
	panicked := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic" && b.Len() == 0:
			panicked = true
		case !panicked || strings.HasPrefix(f.Function, "runtime.") && b.Len() == 0:
		case strings.HasSuffix(f.Function, "/dibbler.(*Server).run") || strings.HasSuffix(f.Function, "/dibbler.(*route).ServeHTTP"):
			return b.String()
		default:
			fmt.Fprintf(&b, "%s\n\t%s:%d\n", f.Function, f.File, f.Line)
		}
		if !more {
			return b.String()
		}
	}
}
