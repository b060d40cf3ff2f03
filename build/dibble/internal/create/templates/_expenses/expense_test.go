package main

import (
	"slices"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

func TestMoney(t *testing.T) {
	for text, want := range map[string]Money{"12": 1200, " 12,5 ": 1250, "12.50": 1250, ".05": 5, "0": 0, "999999999.99": 99999999999} {
		var got Money
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
		if err := got.UnmarshalText([]byte(want.String())); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", want, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "-1", "1.234", "1,000.00", "ten", "1e3", "1234567890", "٣"} {
		var got Money
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was parsed as %v", text, got)
		}
	}
}

func TestDay(t *testing.T) {
	for text, ok := range map[string]bool{"2026-11-28": true, "2026-02-30": false, "1066-10-14": false, "28.11.2026": false, "": false} {
		var d Day
		if err := d.UnmarshalText([]byte(text)); (err == nil) != ok {
			t.Errorf("%q: %q, %v", text, d, err)
		}
	}
	if m := Day("2026-12-31").Month().Next(); m.String() != "2027-01" || m.Previous().Text() != "December 2026" {
		t.Errorf("after December comes %v, and before that %s", m, m.Previous().Text())
	}
}

func TestTotals(t *testing.T) {
	byCategory, sum := totals([]Expense{tea, {Amount: 5, Category: "Bus"}, {Amount: 400, Category: "Bread"}, tea, {Amount: 5, Category: "Air"}})
	want := []Total{{"Tea", 2, 700}, {"Bread", 1, 400}, {"Air", 1, 5}, {"Bus", 1, 5}}
	if sum != 1110 || !slices.Equal(byCategory, want) {
		t.Errorf("got %v and %v, want %v", sum, byCategory, want)
	}
}

func TestExpense_check(t *testing.T) {
	x := Expense{Day: "2026-11-28", Amount: 1, Category: " Tea ", Note: " "}
	var errs dibbler.FormErrors
	if x.check(&errs); errs.Any() || x.Category != "Tea" || x.Note != "" {
		t.Errorf("%+v, %v", x, errs)
	}
	x.Amount = 0
	if x.check(&errs); !errs.Any() {
		t.Error("an empty expense has no errors")
	}
}
