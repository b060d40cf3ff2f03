package dibbler

// FormErrors is what is wrong with a form, at most one error for each field. The zero
// value has none. It is not for several goroutines at the same time.
type FormErrors struct {
	byPath map[string]string
	path   func(field string) string // of an Input; nil: as it is
	unsent bool                      // the form is shown for the first time
}

// Add adds an error of a field: a sentence for the person who filled it in that says
// what to enter, such as "Choose 1 to 10." It stands beside the field, so it need not
// name it. An empty field means the form as a whole. The first error of a field counts,
// so a value that could not be read at all need not be excepted from other checks. Add
// panics if the form of an [Input] does not have the field.
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

// Any reports whether there are errors. A form that was not sent yet has one if a
// required field is missing, though its page does not show it.
func (e *FormErrors) Any() bool { return len(e.byPath) > 0 }

// answered reports whether the answer is to say that there are errors. e may be nil.
func (e *FormErrors) answered() bool { return e != nil && !e.unsent && e.Any() }
