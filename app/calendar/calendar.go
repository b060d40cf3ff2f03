// Package calendar is a tool that shows the calendar of a year. It is also an example of
// a plug-in.
//
// Its pages and methods are:
//
//	/               OnHome         the year, with links to the years around it
//	/calendar.txt   OnCalendarTxt  the same as plain text
//	/shutdown       OnShutdown     ends the program, after a button was pressed
//	/favicon.ico    OnFaviconIco   and /favicon.svg: the picture in the browser's tab
//
// The first two take a form with two fields: year, from 1 to 9999, and first, the first
// day of the week, from 0 for Monday to 6 for Sunday. If a field is bad, the page shows
// the error beside it, and the text is replaced by an error page.
//
// The plug-in is in calendar.go. year.go computes the days of a year, table.go writes
// them as HTML and text.go as text. The folder web has the templates.
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

//go:embed web/*.html web/favicon.*
var web embed.FS

//go:embed web/style.css
var style template.CSS

// templates are parsed when they are first needed, which is in StartTool. The style sheet
// is part of each page, so a browser needs no second request to show the page. It is a
// value and not a template, because checking a template of this length would delay the
// first page.
var templates = sync.OnceValue(func() *template.Template {
	functions := template.FuncMap{"style": func() template.CSS { return style }}
	return template.Must(template.New("").Funcs(functions).ParseFS(web, "web/*.html"))
})

// A Calendar is a plug-in that shows the calendar of a year. The zero value is ready to
// use. It may be used concurrently.
type Calendar struct {
	Diary Diary // if nil, days have no links

	now func() time.Time // nil means localtime.Now
}

// A Diary is another plug-in, with pages for days and notes for some of them. The calendar
// links to these pages, and marks the days with notes. The methods of a Diary may be
// called concurrently.
type Diary interface {
	// DayPage returns the URL of the page for a day, relative to the calendar's page,
	// without the date at its end. An example is "day?date=" for day?date=2026-07-03.
	DayPage() string

	// Notes returns the notes of a year, each in a few words. The keys are the days of
	// the year, from 1.
	Notes(year int) (map[int][]string, error)
}

// A yearForm is the form of the pages, as in /?year=2003&first=6.
type yearForm struct {
	Year  year    `schema:"year"`  // zero means this year
	First weekday `schema:"first"` // the first day of the week
}

// url returns the URL of a page with this form. It is relative, so that the calendar also
// works below a path of another server.
func (f yearForm) url(page string) string {
	query := url.Values{"first": {strconv.Itoa(int(f.First))}}
	if f.Year != 0 {
		query.Set("year", strconv.Itoa(int(f.Year)))
	}
	return page + "?" + query.Encode()
}

// home is the data of web/home.html.
type home struct {
	yearForm
	In      dibbler.Input[yearForm] // the typed values and their errors
	Months  template.HTML
	Choices [7]weekday // for the first day of the week
	Diary   Diary
	Error   error // why the notes cannot be shown

	// These are URLs. Earlier is empty in the first year, and Later in the last.
	Earlier, Later, Today, Text string
}

// OnHome serves "/", the year as a page. If a field of the form is bad, it shows the
// error beside the field, and uses the current year or Monday instead.
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

// links returns the links of the days of a year, and an error if its notes cannot be read.
func (c *Calendar) links(y year) (links, error) {
	if c.Diary == nil {
		return links{}, nil
	}
	notes, err := c.Diary.Notes(int(y))
	return links{template.HTMLEscapeString(c.Diary.DayPage()), notes}, err
}

// OnCalendarTxt serves "/calendar.txt", the year as plain text.
func (c *Calendar) OnCalendarTxt(w *dibbler.Response, r *http.Request, form yearForm) error {
	if form.Year == 0 {
		form.Year = c.today().year
	}
	w.WriteOKHeaders("text/plain")
	_, err := w.Write(form.Year.text(form.First))
	return err
}

// OnShutdown serves "/shutdown", a page with a button, and a goodbye page when the button
// is pressed. Only the button, a POST request, ends the program, because browsers can
// fetch pages by themselves.
func (c *Calendar) OnShutdown(w *dibbler.Response, r *http.Request) error {
	if r.Method != http.MethodPost {
		return w.Render(templates(), "shutdown.html", nil)
	}
	// This keeps the program's script out of the last page. Its links would not work.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if err := w.Render(templates(), "goodbye.html", nil); err != nil {
		return err
	}
	return dibbler.ErrShutdown
}

// StartTool adds an item to the icon's menu that opens the page at today, and the date to
// the icon's tooltip.
func (c *Calendar) StartTool(ctx context.Context, tool *app.Tool) error {
	go templates() // parse them while the program and the browser start
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

// serveFile serves a file of the folder web. It does not use the system's table of
// content types, which any installer on Windows can change.
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
	return localtime.Now() // time.Now keeps the time zone of the program's start
}
