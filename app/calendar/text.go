package calendar

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// The text has three months side by side.
const (
	abreast     = 3
	columnWidth = 7*3 - 1  // seven days of two digits with spaces between them
	columnGap   = "      " // between two months
	textWidth   = abreast*columnWidth + (abreast-1)*len(columnGap)
)

// text returns the calendar of the year as plain text, exactly as Python's
// calendar.TextCalendar(first).formatyear(y).
func (y year) text(first weekday) []byte {
	var names [7]string
	for i, d := range first.week() {
		names[i] = d.Short()
	}
	header := strings.Join(names[:], " ")

	months := y.months(first, date{})
	var b bytes.Buffer
	writeLine(&b, center(strconv.Itoa(int(y)), textWidth))
	for row := range slices.Chunk(months[:], abreast) {
		b.WriteByte('\n')
		writeColumns(&b, row, func(m month) string { return m.Name })
		writeColumns(&b, row, func(month) string { return header })
		for i := range height(row) {
			writeColumns(&b, row, func(m month) string { return m.textWeek(i) })
		}
	}
	return b.Bytes()
}

// height returns the largest number of weeks of a month.
func height(row []month) int {
	most := 0
	for _, m := range row {
		most = max(most, len(m.Weeks))
	}
	return most
}

// textWeek returns week i of a month, or "" if the month has fewer weeks.
func (m month) textWeek(i int) string {
	if i >= len(m.Weeks) {
		return ""
	}
	line := bytes.Repeat([]byte{' '}, columnWidth)
	for j, d := range m.Weeks[i] {
		if tens := d.Number / 10; tens != 0 {
			line[3*j] = '0' + byte(tens)
		}
		if d.Number != 0 {
			line[3*j+1] = '0' + byte(d.Number%10)
		}
	}
	return string(line)
}

// writeColumns writes a line with the results of cell for the months.
func writeColumns(b *bytes.Buffer, row []month, cell func(month) string) {
	var cells [abreast]string
	for i, m := range row {
		cells[i] = center(cell(m), columnWidth)
	}
	writeLine(b, strings.Join(cells[:], columnGap))
}

// writeLine writes s without the spaces at its end.
func writeLine(b *bytes.Buffer, s string) {
	b.WriteString(strings.TrimRight(s, " "))
	b.WriteByte('\n')
}

// center centres s in width bytes. An odd space goes to the right, as with Python's
// str.center for an even width.
func center(s string, width int) string {
	blanks := width - len(s)
	left := blanks / 2
	return strings.Repeat(" ", left) + s + strings.Repeat(" ", blanks-left)
}
