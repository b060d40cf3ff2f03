package main

import (
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
)

func startTest(t *testing.T) *apptest.Program {
	t.Helper()
	return apptest.Start(t, testApp())
}

func testApp() app.App { return app.App{Name: "Expenses", Plugins: []any{&Expenses{}}} }

// add adds an expense on a page, and returns the next page.
func add(page *apptest.Page, day, amount, category, note string) *apptest.Page {
	return page.Fill("Day", day).Fill("Amount", amount).Fill("Category", category).Fill("Note", note).Click("Add")
}

func TestExpenses(t *testing.T) {
	p := startTest(t)
	page := add(p.Get("/?month=2026-11"), "2026-11-28", "3.50", "Tea", "<b>green</b>")
	page.Want("3.50 in November 2026", "Sat 28 Tea <b>green</b> 3.50")
	page = add(page, "2026-11-02", "10", "Tea", "")
	page.Want("13.50 in November 2026", "Tea 2 13.50")

	page = page.Click("Edit 10.00 for Tea")
	if got := page.Value("Amount"); got != "10.00" {
		t.Errorf("the amount to edit is %q", got)
	}
	page = page.Fill("Day", "2026-12-01").Fill("Category", "Cups").Click("Save")
	page.Want("10.00 in December 2026", "Cups 1 10.00")
	page = page.Click("Edit 10.00 for Cups").Click("Delete")
	page.Want("0.00 in December 2026", "Nothing was spent")
	page.Click("November").Want("3.50 in November 2026")

	p = p.Restart(testApp())
	p.Get("/?month=2026-11").Want("3.50 in November 2026")
}

func TestExpenses_badForm(t *testing.T) {
	p := startTest(t)
	page := add(p.Get("/"), "2026-11-28", "a lot", " ", strings.Repeat("x", 201))
	for label, want := range map[string]string{"Amount": "12.50", "Category": "Fill this in", "Note": "at most 200", "Day": ""} {
		if got := page.Error(label); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
	}
	if got := page.Value("Amount"); got != "a lot" {
		t.Errorf("the typed value is now %q", got)
	}
	page = add(page, "2026-11-28", "3.50", "Tea", "")
	page = page.Click("Edit 3.50 for Tea").Fill("Amount", "0").Click("Save")
	if got := page.Error("Amount"); got != "Enter at least 0.01." {
		t.Errorf("an amount of 0: %q", got)
	}
}

func TestExpenses_gone(t *testing.T) {
	p := startTest(t)
	for _, path := range []string{"/expense/1", "/expense/x", "/?month=2026-13"} {
		if page := p.Get(path); page.Status != 404 {
			t.Errorf("%s: status %d, want 404", path, page.Status)
		}
	}
	page := add(p.Get("/"), "2026-11-28", "3.50", "Tea", "").Click("Edit 3.50 for Tea")
	page.Click("Delete")
	if again := page.Click("Save"); again.Status != 404 {
		t.Errorf("saving a deleted expense: status %d, want 404", again.Status)
	}
}

func TestExpenses_csv(t *testing.T) {
	p := startTest(t)
	add(p.Get("/"), "2026-11-28", "3.50", "Tea, green", `"best"`)
	page := p.Get("/").Click("All expenses as a table (CSV)")
	if want := "day,amount,category,note\n2026-11-28,3.50,\"Tea, green\",\"\"\"best\"\"\"\n"; page.HTML != want {
		t.Errorf("got\n%s\nwant\n%s", page.HTML, want)
	}
	if got := page.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename=\"expenses-") {
		t.Errorf("Content-Disposition: %s", got)
	}
}
