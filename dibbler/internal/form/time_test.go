package form

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestParseTime(t *testing.T) {
	for _, test := range []struct{ zone, value, want string }{
		{"Europe/Rome", "2026-02-28", "2026-02-28T00:00:00+01:00"},
		{"Europe/Rome", "2026-02", "2026-02-01T00:00:00+01:00"},
		{"Europe/Rome", "2026-02-28T13:05", "2026-02-28T13:05:00+01:00"},
		{"Europe/Rome", "2026-02-28T13:05:09.25", "2026-02-28T13:05:09.25+01:00"},
		{"Europe/Rome", "2026-02-28T13:05:09-07:00", "2026-02-28T13:05:09-07:00"},
		{"Europe/Rome", "1800-01-01", "1800-01-01T00:00:00+00:49"}, // local mean time, 0:49:56
		{"Europe/Rome", "0001-01-01", "0001-01-01T00:00:00+00:49"},
		{"America/New_York", "9999-12-31", "9999-12-31T00:00:00-05:00"},
		// A time without a date has no odd seconds.
		{"Europe/Rome", "13:05", "0000-01-01T13:05:00Z"},
		{"Europe/Rome", "13:05:09.25", "0000-01-01T13:05:09.25Z"},
		// Midnight is skipped: the day begins at 1:00.
		{"America/Santiago", "2026-09-05", "2026-09-05T00:00:00-04:00"},
		{"America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00"},
		{"America/Santiago", "2026-09-07", "2026-09-07T00:00:00-03:00"},
		{"Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"America/Toronto", "1919-03-31", "1919-03-31T00:30:00-04:00"}, // from 23:30
		// The same on the first of a month.
		{"Asia/Amman", "2022-04", "2022-04-01T00:00:00+03:00"},
		{"America/Asuncion", "2017-10", "2017-10-01T01:00:00-03:00"},
		// Midnight occurs twice: the day begins at the first.
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"},
		{"Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z"},
		// 23:00 occurs twice: the next day begins once.
		{"Asia/Beirut", "2026-10-25", "2026-10-25T00:00:00+02:00"},
		{"America/Santiago", "2026-04-05", "2026-04-05T00:00:00-04:00"},
		// A skipped time is later by the length of the skip.
		{"America/Santiago", "2026-09-06T00:30", "2026-09-06T01:30:00-03:00"},
		{"Europe/Rome", "2026-03-29T02:30", "2026-03-29T03:30:00+02:00"},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:45:00+11:00"}, // by half an hour
		// A time that occurs twice means the first.
		{"Europe/Rome", "2026-10-25T02:30", "2026-10-25T02:30:00+02:00"},
		{"America/New_York", "2026-11-01T01:30", "2026-11-01T01:30:00-04:00"},
		// A day that occurs twice means the first. A skipped day is an error.
		{"Pacific/Kwajalein", "1969-09-30", "1969-09-30T00:00:00+11:00"},
		{"America/Sitka", "1867-10-18", "1867-10-18T00:00:00+14:58"},
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00"},
		{"Pacific/Apia", "2011-12-30", "there was no 2011-12-30 in Pacific/Apia"},
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"},
	} {
		loc, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseTime(test.value, loc)
		text := got.Format("2006-01-02T15:04:05.999Z07:00")
		if err != nil {
			text = err.Error()
		}
		if text != test.want {
			t.Errorf("%s %s: %s, want %s", test.zone, test.value, text, test.want)
		}
	}
}

// TestParseTime_everyDay compares each day of some years with the first minute at which
// clocks show that day.
func TestParseTime_everyDay(t *testing.T) {
	for _, zone := range []string{"America/Santiago", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Asia/Gaza", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		minute := time.Date(2021, 12, 30, 12, 0, 0, 0, loc)
		for last := minute.Day(); minute.Year() < 2027; minute = minute.Add(time.Minute) {
			if minute.Day() == last {
				// This skips to 23:00 at the latest, on a day of 23 hours.
				if minute.Hour() == 2 {
					minute = minute.Add(19 * time.Hour)
				}
				continue
			}
			last = minute.Day()
			day := minute.Format(time.DateOnly)
			if got, err := parseTime(day, loc); err != nil || !got.Equal(minute) {
				t.Errorf("%s %s: %v, %v, want %v", zone, day, got, err, minute)
			}
		}
	}
}
