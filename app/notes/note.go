package notes

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/app/notes/internal/store"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A noteForm is the form for a note.
type noteForm struct {
	Text    string `schema:"text,required"`
	Time    clock  `schema:"time"`
	Details string `schema:"details"`
	Yearly  bool   `schema:"yearly"`
}

// A clock is an optional time of day.
type clock struct {
	set bool
	at  time.Duration // since midnight
}

// UnmarshalText parses a time in the format of browsers.
func (c *clock) UnmarshalText(text []byte) error {
	t, err := time.Parse("15:04", string(text))
	if err != nil {
		return errors.New("enter a time such as 14:30, or leave this empty")
	}
	*c = clock{true, time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute}
	return nil
}

const (
	maxText    = 500 // characters
	maxDetails = 20_000
)

// check removes unnecessary blanks, and adds errors to errs for texts that are too long. The
// texts of old, from another program, can be longer.
func (f *noteForm) check(errs *dibbler.FormErrors, old ics.Note) {
	f.Text, f.Details = strings.Join(strings.Fields(f.Text), " "), strings.TrimSpace(strings.ReplaceAll(f.Details, "\r\n", "\n"))
	if f.Text != old.Text && utf8.RuneCountInString(f.Text) > maxText {
		errs.Add("text", fmt.Sprintf("Enter at most %d characters. The details can be longer.", maxText))
	}
	if f.Details != old.Details && utf8.RuneCountInString(f.Details) > maxDetails {
		errs.Add("details", fmt.Sprintf("Enter at most %d characters.", maxDetails))
	}
}

// note returns the note for a day.
func (f noteForm) note(d day) ics.Note {
	n := ics.Note{Text: f.Text, Details: f.Details, Day: d.Time, Time: ics.NoTime, Yearly: f.Yearly}
	if f.Time.set {
		n.Time = f.Time.at
	}
	return n
}

// newUID returns a globally unique UID.
func newUID() string { return strings.ToLower(rand.Text()) + "@dibbler" }

// An editForm is the form that changes a note.
type editForm struct {
	noteForm
	Date day    `schema:"date,required"`
	Seen string `schema:"seen"` // the version of the note that the page showed
}

// A noteView is the data of web/note.html.
type noteView struct {
	dibbler.Input[editForm]
	Event *ics.Event
	Day   day // the day to return to
}

// OnNote serves /note?id=…&day=…: a form that changes the note with this ID, and returns to
// the page of this day.
func (n *Notes) OnNote(w *dibbler.Response, r *http.Request, in dibbler.Input[editForm]) error {
	_, event, err := n.event(r.URL.Query().Get("id"))
	if errors.Is(err, errGone) && r.Method == http.MethodPost {
		return n.offer(w, in)
	}
	if err != nil {
		return err
	}
	old, back := event.Note(), n.backTo(event, r.URL.Query().Get("day"))
	form, errs := in.Value()
	form.check(errs, old)
	if in.Sent() && form.Seen != event.Version() {
		errs.Add("", "This note was changed elsewhere after you opened it. Your text is still here. If you save it again, it replaces that change.")
	}
	if in.Sent() && r.Method == http.MethodPost && !errs.Any() {
		note := form.note(form.Date)
		c, err := n.store.Change(quoted(note.Text)+" was changed", []ics.Edit{event.Edit(note, n.time())})
		if err == nil {
			if event.Editable && form.Date != (day{old.Day}) {
				back = form.Date
			}
			return show(w, r, back.Page(), c)
		}
		if err := again(w, errs, conflict("The note was not saved", err)); err != nil {
			return err
		}
	}
	in.Prefill("text", old.Text)
	in.Prefill("details", old.Details)
	in.Prefill("date", day{old.Day}.String())
	if old.Time >= 0 {
		in.Prefill("time", old.Day.Add(old.Time).Format("15:04"))
	}
	if old.Yearly {
		in.Prefill("yearly", "true")
	}
	return w.Render(pages(), "note.html", noteView{in, event, back})
}

// again adds err to the form, which the page shows again. An error page would lose the typed
// text. If err is not a *dibbler.Error, again returns it.
func again(w *dibbler.Response, errs *dibbler.FormErrors, err error) error {
	e, ok := errors.AsType[*dibbler.Error](err)
	if !ok {
		return err
	}
	slog.Error("a note was not saved", "err", err)
	w.WriteHeader(cmp.Or(e.Status, http.StatusInternalServerError))
	errs.Add("", e.Message)
	return nil
}

// delete serves "POST /note/delete".
func (n *Notes) delete(w *dibbler.Response, r *http.Request, form struct {
	ID  string `schema:"id,required"`
	Day string `schema:"day"` // the day to return to
}) error {
	file, event, err := n.event(form.ID)
	if err != nil {
		return err
	}
	c, err := n.store.Change(quoted(cmp.Or(event.Text, "(without text)"))+" was deleted", file.Delete(event))
	if err != nil {
		return conflict("The note was not deleted", err)
	}
	return show(w, r, n.backTo(event, form.Day).Page(), c)
}

// backTo returns the day in text or, if there is none, the first day of the event.
func (n *Notes) backTo(e *ics.Event, text string) day {
	var d day
	if d.UnmarshalText([]byte(text)) != nil {
		return day{e.FirstDay(n.time().Location())}
	}
	return d
}

var errGone = &dibbler.Error{Status: http.StatusNotFound, Message: "This note no longer exists. It was deleted, here or in another program."}

// offer shows the form of a deleted note as the form of a new one, which keeps the typed text.
func (n *Notes) offer(w *dibbler.Response, in dibbler.Input[editForm]) error {
	_, errs := in.Value()
	var d day
	if d.UnmarshalText([]byte(in.Typed("date"))) != nil {
		d = n.today()
	}
	year, err := n.store.Year(d.Year(), n.time().Location())
	if err != nil {
		return err
	}
	errs.Add("", errGone.Message+" Your text is still here. If you add it, it becomes a new note.")
	w.WriteHeader(errGone.Status)
	return w.Render(pages(), "day.html", dayView[editForm]{in, done{}, d, entries(d, year), year.Incomplete})
}

// event returns the event with this ID, and its file.
func (n *Notes) event(id string) (*ics.File, *ics.Event, error) {
	file, err := n.store.File()
	if err != nil {
		return nil, nil, err
	}
	event := file.Event(id)
	if event == nil {
		return nil, nil, errGone
	}
	return file, event, nil
}

// quoted returns a text in quotes, truncated.
func quoted(text string) string { return "“" + ics.Shorten(text, 60) + "”" }

// conflict returns the error for an edit that another change has made impossible, and other
// errors as they are. problem is the beginning of its text.
func conflict(problem string, err error) error {
	if !errors.Is(err, ics.ErrChanged) && !errors.Is(err, store.ErrGone) {
		return err
	}
	return &dibbler.Error{Status: http.StatusConflict, Message: problem + ": " + err.Error() + ".", Err: err}
}
