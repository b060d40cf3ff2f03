package calendar

import (
	"strings"
	"testing"
	"time"
)

func TestYearUnmarshalText(t *testing.T) {
	for _, text := range []string{"1", "2003", "9999"} {
		var y year
		if err := y.UnmarshalText([]byte(text)); err != nil || y == 0 {
			t.Errorf("%q: got %d, %v", text, y, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "10000", "abc", "2003 ", "20.03", "1e3", strings.Repeat("9", 30)} {
		y := year(7)
		err := y.UnmarshalText([]byte(text))
		if err == nil || err.Error() != "enter a year from 1 to 9999" || y != 7 {
			t.Errorf("%q: got %d, %v", text, y, err)
		}
	}
}

func TestWeekdayUnmarshalText(t *testing.T) {
	for text, want := range map[string]weekday{"0": monday, "5": saturday, "6": sunday} {
		d := weekday(3)
		if err := d.UnmarshalText([]byte(text)); err != nil || d != want {
			t.Errorf("%q: got %v, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "-1", "7", "Monday", strings.Repeat("1", 30)} {
		d := weekday(3)
		err := d.UnmarshalText([]byte(text))
		if err == nil || err.Error() != "enter a day of the week from 0 (Monday) to 6 (Sunday)" || d != 3 {
			t.Errorf("%q: got %v, %v", text, d, err)
		}
	}
}

func TestMonthsMarkTodayAndWeekends(t *testing.T) {
	today := date{2024, time.February, 29}
	for first := monday; first <= sunday; first++ {
		var days, weekends int
		var marked []string
		for _, m := range year(2024).months(first, today) {
			for _, week := range m.Weeks {
				for i, d := range week {
					if d.Number == 0 && d != (day{}) {
						t.Errorf("first day %v: a blank is %+v", first, d)
					}
					if d.Number != 0 {
						days++
					}
					if d.Weekend {
						weekends++
					}
					if d.Weekend && first.week()[i] < saturday {
						t.Errorf("first day %v: %s %d is a weekend", first, m.Name, d.Number)
					}
					if d.Today {
						marked = append(marked, m.Name)
						if d.Number != 29 {
							t.Errorf("first day %v: day %d is today", first, d.Number)
						}
					}
				}
			}
		}
		// 2024 began with a Monday and had 366 days.
		if days != 366 || weekends != 104 {
			t.Errorf("first day %v: %d days, %d of them at weekends; want 366, 104", first, days, weekends)
		}
		if len(marked) != 1 || marked[0] != "February" {
			t.Errorf("first day %v: today is in %q, want February alone", first, marked)
		}
	}
}

func TestMonthsMarkNothingInOtherYears(t *testing.T) {
	for _, today := range []date{{}, {2025, time.January, 1}, {1, time.January, 1}} {
		for _, m := range year(2024).months(monday, today) {
			for _, week := range m.Weeks {
				for _, d := range week {
					if d.Today {
						t.Errorf("today is %v: %s %d of 2024 is marked", today, m.Name, d.Number)
					}
				}
			}
		}
	}
}
