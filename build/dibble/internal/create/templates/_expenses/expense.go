package main

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dibbler-app/dibbler/dibbler"
)

// An Expense is a row of the table, and the values of the form.
type Expense struct {
	ID       int64  `schema:"id"`
	Day      Day    `schema:"day,required"`
	Amount   Money  `schema:"amount,required"`
	Category string `schema:"category,required"`
	Note     string `schema:"note"`
}

// check adds errors to errs for bad values.
func (x *Expense) check(errs *dibbler.FormErrors) {
	x.Category, x.Note = strings.TrimSpace(x.Category), strings.TrimSpace(x.Note)
	if x.Amount == 0 {
		errs.Add("amount", "Enter at least 0.01.")
	}
	if utf8.RuneCountInString(x.Category) > 40 {
		errs.Add("category", "Enter at most 40 characters.")
	}
	if utf8.RuneCountInString(x.Note) > 200 {
		errs.Add("note", "Enter at most 200 characters.")
	}
}

// A Total is the sum of a category.
type Total struct {
	Category string
	Count    int
	Amount   Money
}

// totals returns the totals of the categories, largest first, and the sum of all.
func totals(list []Expense) (byCategory []Total, sum Money) {
	at := map[string]int{}
	for _, x := range list {
		i, ok := at[x.Category]
		if !ok {
			i, at[x.Category] = len(byCategory), len(byCategory)
			byCategory = append(byCategory, Total{Category: x.Category})
		}
		byCategory[i].Count++
		byCategory[i].Amount += x.Amount
		sum += x.Amount
	}
	slices.SortFunc(byCategory, func(a, b Total) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Category, b.Category))
	})
	return byCategory, sum
}
