package form

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// FieldError says what is wrong with one field of a form.
type FieldError struct {
	Name    string // as in the form
	Value   string // as it was sent, shortened; empty if that says nothing
	Problem string // a sentence for the person who entered it
}

func (e FieldError) Error() string {
	if e.Value == "" {
		return e.Name + ": " + e.Problem
	}
	return fmt.Sprintf("%s: %q: %s", e.Name, shorten(e.Value, 60), e.Problem)
}

// badField returns the error of the field at path. The sender decides how long all
// three are, so they are shortened before pages and logs are made of them.
func badField(path, value, problem string) FieldError {
	return FieldError{shorten(path, 100), shorten(value, 100), shorten(problem, 200)}
}

// FieldErrors is everything that is wrong with a form, sorted by name.
type FieldErrors []FieldError

func (e FieldErrors) Error() string {
	lines := make([]string, len(e))
	for i, f := range e {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// LogValue has the names of the fields only: what people write into forms does
// not belong in a log.
func (e FieldErrors) LogValue() slog.Value {
	names := make([]string, len(e))
	for i, f := range e {
		names[i] = f.Name
	}
	return slog.StringValue("bad values of " + strings.Join(names, ", "))
}

// has reports whether something is wrong with the field at path.
func (e FieldErrors) has(path string) bool {
	return slices.ContainsFunc(e, func(f FieldError) bool { return f.Name == path })
}

// Has reports whether something is wrong with the field that name is meant for, which
// is in no other struct.
func (e FieldErrors) Has(name string) bool {
	return slices.ContainsFunc(e, func(f FieldError) bool { return sameName(f.Name, name) })
}

// orNil returns e sorted, or nil if it is empty.
func (e FieldErrors) orNil() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortFunc(e, func(a, b FieldError) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Problem, b.Problem))
	})
	return e
}

// ReadError is a form that could not be read.
type ReadError struct {
	Status  int    // the HTTP status of the answer
	Message string // plain text for the person who sent the form
	Err     error  // the cause, if there is more to say
}

func (e *ReadError) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + " " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// shorten returns the first n characters of s, and "…" if there are more.
func shorten(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// Size returns a number of bytes as people read it, such as "32 MB".
func Size(bytes int64) string {
	switch {
	case bytes >= 1<<20:
		return fmt.Sprintf("%.4g MB", float64(bytes)/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%.4g KB", float64(bytes)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", bytes)
}
