package calendar

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// The text calendar sets three months abreast.
const (
	abreast     = 3
	columnWidth = 7*3 - 1  // seven days of two digits, and a space between two
	columnGap   = "      " // between two months
	textWidth   = abreast*columnWidth + (abreast-1)*len(columnGap)
)

// text returns the calendar of the year as plain text: byte for byte what
// Python's calendar.TextCalendar(first).formatyear(y) returns.
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

// height returns the number of weeks of the month that has most.
func height(row []month) int {
	most := 0
	for _, m := range row {
		most = max(most, len(m.Weeks))
	}
	return most
}

// textWeek returns one week of a month, or nothing when the month is over.
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

// writeColumns writes a line with what cell returns for each of the months.
func writeColumns(b *bytes.Buffer, row []month, cell func(month) string) {
	var cells [abreast]string
	for i, m := range row {
		cells[i] = center(cell(m), columnWidth)
	}
	writeLine(b, strings.Join(cells[:], columnGap))
}

// writeLine writes a line without the blanks at its end.
func writeLine(b *bytes.Buffer, s string) {
	b.WriteString(strings.TrimRight(s, " "))
	b.WriteByte('\n')
}

// center puts s in the middle of width bytes. An odd blank goes to the right, as
// Python's str.center has it in an even width, which all of ours are.
func center(s string, width int) string {
	blanks := width - len(s)
	left := blanks / 2
	return strings.Repeat(" ", left) + s + strings.Repeat(" ", blanks-left)
}
