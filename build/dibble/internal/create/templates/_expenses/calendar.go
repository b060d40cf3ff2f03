package main

import (
	"errors"
	"time"
)

// A Day is a date such as "2026-11-28". SQLite can sort and compare the text, and it is
// the same day in every time zone.
type Day string

func today() Day { return Day(time.Now().Format(time.DateOnly)) }

// UnmarshalText parses a date in the format of browsers.
func (d *Day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return errors.New("choose a day from 1900 to 2199")
	}
	*d = Day(text)
	return nil
}

func (d Day) time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // UnmarshalText accepts no other format
	return t
}

// Text returns the day for a list of a month, such as "Sat 28".
func (d Day) Text() string { return d.time().Format("Mon\u00a02") }

// Month returns the month of the day.
func (d Day) Month() Month { return monthOf(d.time()) }

// A Month is the first day of a month, in UTC.
type Month time.Time

func monthOf(t time.Time) Month {
	return Month(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
}

// parseMonth parses text such as 2026-11. Empty text means this month.
func parseMonth(text string) (Month, error) {
	if text == "" {
		return monthOf(time.Now()), nil
	}
	t, err := time.Parse("2006-01", text)
	return monthOf(t), err
}

func (m Month) add(months int) Month { return Month(time.Time(m).AddDate(0, months, 0)) }
func (m Month) first() Day           { return Day(time.Time(m).Format(time.DateOnly)) }

// Next and Previous return the next and the previous month.
func (m Month) Next() Month     { return m.add(1) }
func (m Month) Previous() Month { return m.add(-1) }

// Name and Text return the month for people, and String returns it for URLs.
func (m Month) Name() string   { return time.Time(m).Format("January") }
func (m Month) Text() string   { return time.Time(m).Format("January 2006") }
func (m Month) String() string { return time.Time(m).Format("2006-01") }
