package dibbler

// FormErrors is a list of errors in a form, at most one for each field. The zero value is
// empty. It is not safe for concurrent use.
type FormErrors struct {
	byPath map[string]string
	path   func(field string) string // returns the path of a field; nil if not of an Input
	unsent bool                      // the form was not sent
}

// Add adds an error to a field, or to the whole form if field is "". text is a sentence
// for the user that says what to enter, such as "Choose 1 to 10." It is shown beside the
// field and need not name it. If the field already has an error, such as a value that
// cannot be parsed, Add does nothing, so checks need not leave out such fields. For an
// [Input], Add panics if the form has no such field.
func (e *FormErrors) Add(field, text string) {
	if e.path != nil {
		field = e.path(field)
	}
	e.add(field, text)
}

func (e *FormErrors) add(path, text string) {
	if e.byPath == nil {
		e.byPath = map[string]string{}
	}
	if _, ok := e.byPath[path]; !ok {
		e.byPath[path] = text
	}
}

// Any reports whether there are errors. A missing value of a required field is an error
// even if the form was not sent.
func (e *FormErrors) Any() bool { return len(e.byPath) > 0 }

// fails reports whether the status is 422 by default. e may be nil.
func (e *FormErrors) fails() bool { return e != nil && !e.unsent && e.Any() }
