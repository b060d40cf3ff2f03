package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// A year is a year of the Gregorian calendar, extended back to year 1. The zero value
// means no year.
type year int

const (
	minYear year = 1
	maxYear year = 9999
)

// UnmarshalText parses a year. It returns an error unless the year is from 1 to 9999.
func (y *year) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < int(minYear) || n > int(maxYear) {
		return fmt.Errorf("enter a year from %d to %d", minYear, maxYear)
	}
	*y = year(n)
	return nil
}

// A weekday is a day of the week, from 0 for Monday to 6 for Sunday. Unlike time.Weekday,
// it begins with Monday.
type weekday int

// These are the days that the code refers to.
const (
	monday   weekday = 0
	saturday weekday = 5
	sunday   weekday = 6
)

// UnmarshalText parses the number of a weekday. It returns an error unless it is from 0 to 6.
func (d *weekday) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < int(monday) || n > int(sunday) {
		return fmt.Errorf("enter a day of the week from %d (%v) to %d (%v)", monday, monday, sunday, sunday)
	}
	*d = weekday(n)
	return nil
}

// String returns the English name of the day.
func (d weekday) String() string { return time.Weekday((d + 1) % 7).String() }

// Short returns the first two letters of the day's name.
func (d weekday) Short() string { return d.String()[:2] }

// Weekend reports whether the day is a Saturday or a Sunday.
func (d weekday) Weekend() bool { return d >= saturday }

// week returns the days of the week that begins with d.
func (d weekday) week() [7]weekday {
	var days [7]weekday
	for i := range days {
		days[i] = (d + weekday(i)) % 7
	}
	return days
}

// A date is a day of a year. The zero value means no day.
type date struct {
	year  year
	month time.Month
	day   int
}

// A month is a month in weeks.
type month struct {
	Name  string
	Weeks []week
}

// A week is a row of seven days. Days outside the month are blank.
type week [7]day

// A day is a cell of a week. The zero value is blank.
type day struct {
	Number  int // the day of the month, from 1
	Weekend bool
	Today   bool
}

// months returns the months of the year, in weeks that begin with first.
func (y year) months(first weekday, today date) [12]month {
	var months [12]month
	for i := range months {
		m := time.January + time.Month(i)
		months[i] = month{m.String(), y.weeks(m, first, today)}
	}
	return months
}

func (y year) weeks(m time.Month, first weekday, today date) []week {
	start := time.Date(int(y), m, 1, 0, 0, 0, 0, time.UTC)
	length := start.AddDate(0, 1, -1).Day()
	columns := first.week()
	blanks := slices.Index(columns[:], weekdayOf(start))

	weeks := make([]week, (blanks+length+6)/7)
	for i := range length {
		row, column := (blanks+i)/7, (blanks+i)%7
		weeks[row][column] = day{
			Number:  i + 1,
			Weekend: columns[column].Weekend(),
			Today:   today == date{y, m, i + 1},
		}
	}
	return weeks
}

func weekdayOf(t time.Time) weekday { return (weekday(t.Weekday()) + 6) % 7 }
