package calendar

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// links are the links of the days of a year. The zero value has no links.
type links struct {
	page  string           // the page of a day, as HTML, without the date; may be empty
	notes map[int][]string // the notes, by day of the year
}

// tables returns the months of the year as HTML tables.
//
// A template would escape each of a thousand values. They are numbers and English names,
// which need no escaping, and this takes a tenth of the time.
func (y year) tables(first weekday, today date, links links) template.HTML {
	html := make([]byte, 0, 24<<10) // a year has 20 to 21 KiB
	if links.page != "" {
		html = make([]byte, 0, 64<<10)
	}
	var headings []byte // the same for all months
	for _, d := range first.week() {
		headings = d.appendHeading(headings)
	}
	yearDay := 0
	for i, m := range y.months(first, today) {
		html = append(html, "\n<table>\n<caption><h2>"+m.Name+"</h2></caption>\n<thead>\n<tr>"...)
		html = append(html, headings...)
		html = append(html, "</tr>\n</thead>\n<tbody>"...)
		for _, week := range m.Weeks {
			html = append(html, "\n<tr>"...)
			for _, d := range week {
				if html = d.appendCell(html); d.Number != 0 {
					yearDay++
					html = links.append(html, date{y, time.Month(i + 1), d.Number}, yearDay)
				}
				html = append(html, "</td>"...)
			}
			html = append(html, "</tr>"...)
		}
		html = append(html, "\n</tbody>\n</table>"...)
	}
	return template.HTML(html)
}

func (d weekday) appendHeading(html []byte) []byte {
	html = append(html, `<th scope="col" abbr="`+d.String()+`"`...)
	if d.Weekend() {
		html = append(html, ` class="weekend"`...)
	}
	return append(html, ">"+d.Short()+"</th>"...)
}

func (d day) appendCell(html []byte) []byte {
	html = append(html, "<td"...)
	if d.Weekend {
		html = append(html, ` class="weekend"`...)
	}
	if d.Today {
		html = append(html, ` id="today" aria-current="date"`...)
	}
	return append(html, '>')
}

// append appends the number of a day, with its link if there is one.
func (l links) append(html []byte, d date, yearDay int) []byte {
	if l.page == "" {
		return strconv.AppendInt(html, int64(d.day), 10)
	}
	html = append(append(html, `<a href="`...), l.page...)
	html = d.append(html)
	html = append(html, `" aria-label="`...)
	html = strconv.AppendInt(html, int64(d.day), 10)
	html = append(append(html, ' '), d.month.String()...)
	if notes := l.notes[yearDay]; len(notes) > 0 {
		html = appendNotes(html, notes)
	}
	html = append(html, `">`...)
	html = strconv.AppendInt(html, int64(d.day), 10)
	return append(html, "</a>"...)
}

// append appends the date in the format time.DateOnly. For the days of a year,
// time.AppendFormat would take a quarter of the time of the page.
func (d date) append(html []byte) []byte {
	y, m := int(d.year), int(d.month)
	digit := func(n int) byte { return '0' + byte(n%10) }
	return append(html, digit(y/1000), digit(y/100), digit(y/10), digit(y), '-',
		digit(m/10), digit(m), '-', digit(d.day/10), digit(d.day))
}

// maxNotes limits the notes in the tooltip of a day.
const maxNotes = 5

// appendNotes appends the number of notes to the name of a day, and the mark for notes.
func appendNotes(html []byte, notes []string) []byte {
	class := "noted"
	if len(notes) == 1 {
		html = append(html, ", 1 note"...)
	} else {
		class = "noted several"
		html = fmt.Appendf(html, ", %d notes", len(notes))
	}
	shown := strings.Join(notes[:min(len(notes), maxNotes)], "\n")
	if more := len(notes) - maxNotes; more > 0 {
		shown += fmt.Sprintf("\nand %d more", more)
	}
	return append(html, `" class="`+class+`" title="`+template.HTMLEscapeString(shown)...)
}
