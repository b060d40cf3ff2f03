package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// A Year is a year of the Gregorian calendar, which is taken to have been in
// use from the first year on. The zero value stands for no year.
type Year int

const (
	minYear Year = 1
	maxYear Year = 9999
)

// UnmarshalText reads a year that somebody typed. It refuses what is not a
// year from 1 to 9999.
func (y *Year) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < int(minYear) || n > int(maxYear) {
		return fmt.Errorf("want a year from %d to %d", minYear, maxYear)
	}
	*y = Year(n)
	return nil
}

// A Weekday is a day of the week: 0 is Monday, 6 is Sunday. (A time.Weekday
// begins with Sunday.)
type Weekday int

// The days that the calendar needs to know by name.
const (
	Monday   Weekday = 0
	Saturday Weekday = 5
	Sunday   Weekday = 6
)

// UnmarshalText reads the number of a weekday. It refuses what is not a number
// from 0 to 6.
func (d *Weekday) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < int(Monday) || n > int(Sunday) {
		return fmt.Errorf("want a day of the week from %d (%v) to %d (%v)", Monday, Monday, Sunday, Sunday)
	}
	*d = Weekday(n)
	return nil
}

// String returns the English name of the day.
func (d Weekday) String() string { return time.Weekday((d + 1) % 7).String() }

// Short returns the first two letters of the day's name.
func (d Weekday) Short() string { return d.String()[:2] }

// Weekend reports whether the day is a Saturday or a Sunday.
func (d Weekday) Weekend() bool { return d >= Saturday }

// week returns the days of the week that begins with d.
func (d Weekday) week() [7]Weekday {
	var days [7]Weekday
	for i := range days {
		days[i] = (d + Weekday(i)) % 7
	}
	return days
}

// A date is a day of a year. The zero value is no day.
type date struct {
	year  Year
	month time.Month
	day   int
}

// A month is laid out in weeks.
type month struct {
	Name  string
	Weeks []week
}

// A week is a row of seven days, blank where the month has not begun yet or is
// over.
type week [7]day

// A day is one place of a week. The zero value is blank.
type day struct {
	Number  int // of the month, from 1
	Weekend bool
	Today   bool
}

// months lays the months of a year out in weeks that begin with first, and
// marks today.
func (y Year) months(first Weekday, today date) [12]month {
	var months [12]month
	for i := range months {
		m := time.January + time.Month(i)
		months[i] = month{m.String(), y.weeks(m, first)}
		if today.year == y && today.month == m {
			months[i].mark(today.day)
		}
	}
	return months
}

// weeks lays one month out in weeks, marking nothing.
func (y Year) weeks(m time.Month, first Weekday) []week {
	start := time.Date(int(y), m, 1, 0, 0, 0, 0, time.UTC)
	length := start.AddDate(0, 1, -1).Day()
	columns := first.week()
	blanks := slices.Index(columns[:], weekdayOf(start))

	weeks := make([]week, (blanks+length+6)/7)
	for n := range length {
		row, column := (blanks+n)/7, (blanks+n)%7
		weeks[row][column] = day{Number: n + 1, Weekend: columns[column].Weekend()}
	}
	return weeks
}

func weekdayOf(t time.Time) Weekday { return (Weekday(t.Weekday()) + 6) % 7 }

// mark makes one of the month's days today.
func (m month) mark(number int) {
	for i := range m.Weeks {
		for j := range m.Weeks[i] {
			if d := &m.Weeks[i][j]; d.Number == number {
				d.Today = true
			}
		}
	}
}
