package calendar

import (
	"html/template"
	"strconv"
)

// tables returns the months of the year as HTML, a table each.
//
// The page's template could range over them, and would escape each of a
// thousand values. They are numbers and English names, in which there is
// nothing to escape; writing them here takes a tenth of the time.
func (y year) tables(first weekday, today date) template.HTML {
	html := make([]byte, 0, 24<<10) // a year has 20 to 21 KiB
	for _, m := range y.months(first, today) {
		html = append(html, "\n<table>\n<caption><h2>"+m.Name+"</h2></caption>\n<thead>\n<tr>"...)
		for _, d := range first.week() {
			html = d.appendHeading(html)
		}
		html = append(html, "</tr>\n</thead>\n<tbody>"...)
		for _, week := range m.Weeks {
			html = append(html, "\n<tr>"...)
			for _, d := range week {
				html = d.appendCell(html)
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
	html = append(html, '>')
	if d.Number != 0 {
		html = strconv.AppendInt(html, int64(d.Number), 10)
	}
	return append(html, "</td>"...)
}
