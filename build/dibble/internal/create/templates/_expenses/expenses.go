package main

import (
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed web
var web embed.FS

var pages = app.Templates(web, nil, "web/*.html")

// Expenses is the plug-in.
type Expenses struct{ store *Store }

// StartTool opens the database before the first page is served. OnFlush closes it after
// the last request has finished.
func (e *Expenses) StartTool(ctx context.Context, tool *app.Tool) (err error) {
	if e.store, err = OpenStore(ctx, filepath.Join(tool.Dir(), "expenses.db")); err != nil {
		return err
	}
	return errors.Join(
		tool.OnFlush(func(context.Context) error { return e.store.Close() }),
		tool.Handle("/expense/{id}", e.edit),
		tool.Handle("POST /expense/{id}/delete", e.delete),
	)
}

// A page is the data of the templates.
type page struct {
	dibbler.Input[Expense]
	Month      Month
	Expenses   []Expense
	Totals     []Total
	Sum        Money
	Categories []string
	ID         int64 // the expense that is edited
}

// OnHome serves /, with a form for a new expense and the expenses of a month.
func (e *Expenses) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[Expense]) error {
	month, err := parseMonth(r.URL.Query().Get("month"))
	if err != nil {
		return &dibbler.Error{Status: http.StatusNotFound, Err: err}
	}
	x, errs := in.Value()
	x.check(errs)
	if in.Sent() && !errs.Any() {
		if _, err := e.store.Add(r.Context(), x); err != nil {
			return err
		}
		return show(w, r, x.Day.Month())
	}
	in.Prefill("day", string(today()))
	p := page{Input: in, Month: month}
	if p.Expenses, err = e.store.Month(r.Context(), month); err != nil {
		return err
	}
	p.Totals, p.Sum = totals(p.Expenses)
	return e.render(w, r, "home.html", p)
}

// edit serves /expense/{id}, with a form for that expense.
func (e *Expenses) edit(w *dibbler.Response, r *http.Request, in dibbler.Input[Expense]) error {
	x, errs := in.Value()
	x.check(errs)
	if in.Sent() && !errs.Any() {
		if err := e.store.Change(r.Context(), x); err != nil {
			return err
		}
		return show(w, r, x.Day.Month())
	}
	old, err := e.store.Get(r.Context(), x.ID)
	if err != nil {
		return err
	}
	in.Prefill("day", string(old.Day))
	in.Prefill("amount", old.Amount.String())
	in.Prefill("category", old.Category)
	in.Prefill("note", old.Note)
	return e.render(w, r, "edit.html", page{Input: in, Month: old.Day.Month(), ID: x.ID})
}

func (e *Expenses) delete(w *dibbler.Response, r *http.Request, form struct{ ID int64 }) error {
	x, err := e.store.Get(r.Context(), form.ID)
	if err != nil {
		return err
	}
	if err := e.store.Delete(r.Context(), x.ID); err != nil {
		return err
	}
	return show(w, r, x.Day.Month())
}

// render shows a page. It adds the names of all categories as suggestions.
func (e *Expenses) render(w *dibbler.Response, r *http.Request, name string, p page) (err error) {
	if p.Categories, err = e.store.Categories(r.Context()); err != nil {
		return err
	}
	return w.Render(pages, name, p)
}

// show redirects the browser to a month, so that a reload does not send the form again.
func show(w http.ResponseWriter, r *http.Request, m Month) error {
	http.Redirect(w, r, "/?month="+m.String(), http.StatusSeeOther)
	return nil
}

// OnExpensesCsv serves /expenses.csv, with all expenses, for a spreadsheet.
func (e *Expenses) OnExpensesCsv(w *dibbler.Response, r *http.Request) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=\"expenses-%s.csv\"", today()))
	table := csv.NewWriter(w)
	table.Write([]string{"day", "amount", "category", "note"})
	for x, err := range e.store.All(r.Context()) {
		if err != nil {
			return err
		}
		table.Write([]string{string(x.Day), x.Amount.String(), x.Category, x.Note})
	}
	table.Flush()
	return table.Error()
}
