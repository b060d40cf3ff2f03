// Package calendar is a small tool made with dibbler, to be used as it is and
// to be read as an example: it shows the calendar of a year.
//
// Its pages, each served by the method named after it:
//
//	/               OnHome         the year, with links to the years around it
//	/calendar.txt   OnCalendarTxt  the same as plain text
//	/shutdown       OnShutdown     ends the program, after a button was pressed
//	/favicon.ico    OnFaviconIco   and /favicon.svg: the picture in the browser's tab
//
// The first two take a form: year, from 1 to 9999, and first, the day of the
// week that weeks begin with, from 0 for Monday to 6 for Sunday. The page comes
// back with what is wrong in its form; the text is in place of an error page.
//
// The file calendar.go is the plug-in. The days of a year are in year.go, as
// tables of HTML in table.go and as text in text.go. The pages are templates in
// the folder web.
package calendar

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/internal/localtime"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed web
var web embed.FS

// templates are parsed by the first who needs them, which is StartTool. The style
// sheet is one of them: it is in each page, so that a browser can show the
// page when it has the one answer.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(web, "web/*.html", "web/style.css"))
})

// A Calendar is a plug-in that shows the calendar of a year. The zero value is
// ready to use, by any number of requests at the same time.
type Calendar struct {
	Diary Diary // nil: days are not linked to anything

	now func() time.Time // nil means localtime.Now
}

// A Diary is another plug-in, which has pages for days and notes on some of them. The
// calendar then links to these pages, and marks the days with notes. Its methods may be
// called concurrently.
type Diary interface {
	// DayPage returns the address of the page for a day, relative to the calendar's,
	// without the date at its end, such as "day?date=" for day?date=2026-07-03.
	DayPage() string

	// Notes returns the notes of a year, in a few words each, by the days of the year,
	// which are counted from 1.
	Notes(year int) (map[int][]string, error)
}

// A yearForm says which year to show, and how. Its fields are what the browser
// sends: /?year=2003&first=6.
type yearForm struct {
	Year  year    `schema:"year"`  // zero means this year
	First weekday `schema:"first"` // the day that weeks begin with
}

// url returns the address of a page that is given this form. The address is
// relative, so that the calendar also works below a path of another server.
func (f yearForm) url(page string) string {
	query := url.Values{"first": {strconv.Itoa(int(f.First))}}
	if f.Year != 0 {
		query.Set("year", strconv.Itoa(int(f.Year)))
	}
	return page + "?" + query.Encode()
}

// home is what web/home.html shows.
type home struct {
	yearForm
	In      dibbler.Input[yearForm] // what was typed, and what is wrong with it
	Months  template.HTML
	Choices [7]weekday // for the first day of the week
	Diary   Diary
	Error   error // the notes cannot be shown

	// Addresses. Earlier is empty in the first year, Later in the last.
	Earlier, Later, Today, Text string
}

// OnHome serves "/": the year as a page. With a bad value in the form it shows
// this year, or weeks that begin on Monday, and the error beside the field.
func (c *Calendar) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[yearForm]) error {
	today := c.today()
	form, _ := in.Value()
	if form.Year == 0 {
		form.Year = today.year
	}
	links, notesErr := c.links(form.Year)
	page := home{
		yearForm: form,
		In:       in,
		Months:   form.Year.tables(form.First, today, links),
		Diary:    c.Diary,
		Error:    notesErr,
		Choices:  monday.week(),
		Today:    yearForm{First: form.First}.url("./") + "#today",
		Text:     form.url("calendar.txt"),
	}
	if form.Year > minYear {
		page.Earlier = yearForm{form.Year - 1, form.First}.url("./")
	}
	if form.Year < maxYear {
		page.Later = yearForm{form.Year + 1, form.First}.url("./")
	}
	return w.Render(templates(), "home.html", page)
}

// links returns the links of a year's days, and why its notes are missing, if they are.
func (c *Calendar) links(y year) (links, error) {
	if c.Diary == nil {
		return links{}, nil
	}
	notes, err := c.Diary.Notes(int(y))
	return links{template.HTMLEscapeString(c.Diary.DayPage()), notes}, err
}

// OnCalendarTxt serves "/calendar.txt": the year as plain text.
func (c *Calendar) OnCalendarTxt(w *dibbler.Response, r *http.Request, form yearForm) error {
	if form.Year == 0 {
		form.Year = c.today().year
	}
	w.WriteOKHeaders("text/plain")
	_, err := w.Write(form.Year.text(form.First))
	return err
}

// OnShutdown serves "/shutdown": a page with a button, and a goodbye to
// whoever presses it. Only the button, a POST, ends the program: browsers
// follow links and fetch pages ahead without being asked.
func (c *Calendar) OnShutdown(w *dibbler.Response, r *http.Request) error {
	if r.Method != http.MethodPost {
		return w.Render(templates(), "shutdown.html", nil)
	}
	// Nothing is to be added to the last page: what it linked to would be gone.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if err := w.Render(templates(), "goodbye.html", nil); err != nil {
		return err
	}
	return dibbler.ErrShutdown
}

// StartTool is called once, before the first page is served. The icon's menu gets a line
// that leads to today, and its tooltip tells the date.
func (c *Calendar) StartTool(ctx context.Context, tool *app.Tool) error {
	go templates() // parsed while the program and the browser start
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{
			Items:   []app.TrayItem{{Label: "Today", Page: "/#today"}},
			Tooltip: []string{c.time().Format("Monday, 2 January 2006")},
		}
	})
	return nil
}

// OnFaviconIco serves "/favicon.ico".
func (c *Calendar) OnFaviconIco(w *dibbler.Response, r *http.Request) error {
	return serveFile(w, r, "favicon.ico", "image/vnd.microsoft.icon")
}

// OnFaviconSvg serves "/favicon.svg".
func (c *Calendar) OnFaviconSvg(w *dibbler.Response, r *http.Request) error {
	return serveFile(w, r, "favicon.svg", "image/svg+xml")
}

// serveFile answers with a file of the folder web. It is told the content type,
// since the system's table of them can be wrong: on Windows any installer may
// change it.
func serveFile(w *dibbler.Response, r *http.Request, name, contentType string) error {
	content, err := web.ReadFile("web/" + name)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", contentType)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	return nil
}

func (c *Calendar) today() date {
	y, m, d := c.time().Date()
	return date{year(y), m, d}
}

func (c *Calendar) time() time.Time {
	if c.now != nil {
		return c.now()
	}
	return localtime.Now() // time.Now stays in the zone that the program was started in
}
