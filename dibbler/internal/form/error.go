package form

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// FieldError is an error in one field of a form.
type FieldError struct {
	Name    string // in the form
	Value   string // as submitted, shortened; empty if it does not explain the error
	Problem string // a sentence for the user
}

func (e FieldError) Error() string {
	if e.Value == "" {
		return e.Name + ": " + e.Problem
	}
	return fmt.Sprintf("%s: %q: %s", e.Name, Shorten(e.Value, 60), e.Problem)
}

// badField returns the error of the field at path. All three texts can come from the client,
// so they are shortened for pages and logs.
func badField(path, value, problem string) FieldError {
	return FieldError{Shorten(path, 100), Shorten(value, 100), Shorten(problem, 200)}
}

// FieldErrors are the errors in a form, sorted by name.
type FieldErrors []FieldError

func (e FieldErrors) Error() string {
	lines := make([]string, len(e))
	for i, f := range e {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// LogValue has only the names of the fields, because the values that people enter must not
// be logged.
func (e FieldErrors) LogValue() slog.Value {
	names := make([]string, len(e))
	for i, f := range e {
		names[i] = f.Name
	}
	return slog.StringValue("bad values of " + strings.Join(names, ", "))
}

// has reports whether the field at path has an error.
func (e FieldErrors) has(path string) bool {
	return slices.ContainsFunc(e, func(f FieldError) bool { return f.Name == path })
}

// Has reports whether the field called name, in any case, has an error. The field must be in
// the outermost struct.
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

// ReadError is returned if a form cannot be read.
type ReadError struct {
	Status  int    // the HTTP status of the answer
	Message string // plain text for the user
	Err     error  // the cause; may be nil
}

func (e *ReadError) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + " " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *ReadError) Unwrap() error { return e.Err }

// Shorten returns the first n characters of s, and "…" if there are more.
func Shorten(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// Size returns a number of bytes in words, such as "32 MB".
func Size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.4g GB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.4g MB", float64(bytes)/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%.4g KB", float64(bytes)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", bytes)
}
