package ics

import (
	"strings"
	"time"
)

// A Note is a note for a day. An [Event] can be more than a note: see [Event.Editable].
type Note struct {
	Text    string
	Details string
	Day     time.Time     // a date, as if it were UTC
	Time    time.Duration // since midnight, without seconds, or NoTime
	Yearly  bool
}

// NoTime is the Time of a note for the whole day.
const NoTime = time.Duration(-1)

// Edit returns an edit that adds the note as a new event with this UID.
func (n Note) Edit(uid string, now time.Time) Edit {
	return Edit{New: "BEGIN:VEVENT\r\n" +
		fold("UID:"+uid) +
		stamp("DTSTAMP", now) +
		n.when() +
		textLine("SUMMARY", n.Text) +
		textLine("DESCRIPTION", n.Details) +
		"END:VEVENT\r\n"}
}

// Note returns the event as a note.
func (e *Event) Note() Note {
	n := Note{e.Text, e.Details, date(e.start.wall.Date()), NoTime, e.yearly}
	if !e.start.isDate {
		n.Time = e.start.wall.Sub(n.Day).Truncate(time.Minute) // no form has seconds
	}
	return n
}

// Edit returns an edit that changes the event to n. Properties that are the same in n stay as
// they are.
func (e *Event) Edit(n Note, now time.Time) Edit {
	old := e.Note()
	replace := map[string]string{"DTSTAMP": stamp("DTSTAMP", now), "LAST-MODIFIED": stamp("LAST-MODIFIED", now)}
	if n.Text != old.Text {
		replace["SUMMARY"] = textLine("SUMMARY", n.Text)
	}
	if n.Details != old.Details {
		replace["DESCRIPTION"] = textLine("DESCRIPTION", n.Details)
	}
	if e.Editable && (!n.Day.Equal(old.Day) || n.Time != old.Time || n.Yearly != old.Yearly) {
		replace["DTSTART"] = n.when()
		replace["DTEND"], replace["DURATION"], replace["RRULE"] = "", "", ""
	}
	return Edit{e.text, rewrite(e.text, replace)}
}

// Delete returns the edits that delete the event and, if it repeats, the events that replace
// it on some days. If it replaces a day of another event, that event gets an exception.
// Otherwise it would be on that day again.
func (f *File) Delete(e *Event) []Edit {
	edits := []Edit{{Old: e.text}}
	for _, other := range f.events {
		switch {
		case other.UID != e.UID:
		case e.replaces == nil && other.replaces != nil:
			edits = append(edits, Edit{Old: other.text})
		case e.replaces != nil && other.replaces == nil:
			edits = append(edits, Edit{other.text, other.without(e)})
		}
	}
	return edits
}

// without returns the text of the event with an exception for the time that other replaces.
func (e *Event) without(other *Event) string {
	var exception string
	for line := range lines(other.text) {
		if p, ok := parseProperty(line.text); ok && p.name == "RECURRENCE-ID" {
			exception = fold("EXDATE" + line.text[len(p.name):])
		}
	}
	var b strings.Builder
	for line := range lines(e.text) {
		b.WriteString(e.text[line.begin:line.end])
		if line.number == 1 { // BEGIN:VEVENT
			b.WriteString(exception)
		}
	}
	return b.String()
}

// rewrite replaces the lines of properties in a component, by name. It adds the lines of
// missing properties before the components in it (RFC 5545, section 3.6.1).
func rewrite(text string, replace map[string]string) string {
	var b strings.Builder
	depth := 0
	for line := range lines(text) {
		_, isBegin, ok := border(line.text)
		if ok && depth == 1 {
			for _, name := range []string{"UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "SUMMARY", "DESCRIPTION"} {
				if replace[name] != "" {
					b.WriteString(replace[name])
					replace[name] = ""
				}
			}
		}
		switch {
		case isBegin:
			depth++
		case ok:
			depth--
		case depth == 1:
			p, valid := parseProperty(line.text)
			if replacement, ok := replace[p.name]; ok && valid {
				b.WriteString(replacement)
				replace[p.name] = ""
				continue
			}
		}
		b.WriteString(text[line.begin:line.end])
	}
	return b.String()
}

// when returns the lines with the day, the time and the repetition. A yearly note of 29
// February is on the last day of February in other years.
func (n Note) when() string {
	lines := "DTSTART;VALUE=DATE:" + n.Day.Format("20060102") + "\r\n"
	if n.Time >= 0 {
		lines = "DTSTART:" + n.Day.Add(n.Time).Format("20060102T150405") + "\r\n"
	}
	switch {
	case n.Yearly && isLeapDay(n.Day):
		lines += "RRULE:" + leapRule + "\r\n"
	case n.Yearly:
		lines += "RRULE:FREQ=YEARLY\r\n"
	}
	return lines
}

const leapRule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"

func isLeapDay(day time.Time) bool { return day.Month() == time.February && day.Day() == 29 }

// isYearly reports whether a rule means the same as that of a yearly [Note].
func isYearly(rule string, start time.Time) bool {
	switch rule = strings.ToUpper(rule); rule {
	case "FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=1":
		return !isLeapDay(start)
	case leapRule:
		return isLeapDay(start)
	}
	return rule == start.Format("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=2") && !isLeapDay(start)
}

func stamp(name string, now time.Time) string {
	return name + ":" + now.UTC().Format("20060102T150405Z") + "\r\n"
}

// textLine returns the line for a text, or "" if the text is empty.
func textLine(name, text string) string {
	if text == "" {
		return ""
	}
	return fold(name + ":" + encodeText(text))
}
