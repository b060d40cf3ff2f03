package main

import (
	"context"
	"database/sql"
	"iter"
	"net/http"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Add adds an expense and returns its ID.
func (s *Store) Add(ctx context.Context, x Expense) (id int64, err error) {
	err = update(ctx, s.write, func(tx *sql.Tx) error {
		if err := addCategory(ctx, tx, x.Category); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, "INSERT INTO expense (day, amount, category, note) VALUES (?, ?, ?, ?)",
			x.Day, x.Amount, x.Category, x.Note)
		if err != nil {
			return err
		}
		id, err = result.LastInsertId()
		return err
	})
	return id, err
}

// Change replaces the expense with x's ID.
func (s *Store) Change(ctx context.Context, x Expense) error {
	return update(ctx, s.write, func(tx *sql.Tx) error {
		if err := addCategory(ctx, tx, x.Category); err != nil {
			return err
		}
		err := one(tx.ExecContext(ctx, "UPDATE expense SET day = ?, amount = ?, category = ?, note = ? WHERE id = ?",
			x.Day, x.Amount, x.Category, x.Note, x.ID))
		if err != nil {
			return err
		}
		return removeUnused(ctx, tx)
	})
}

// Delete deletes an expense.
func (s *Store) Delete(ctx context.Context, id int64) error {
	return update(ctx, s.write, func(tx *sql.Tx) error {
		if err := one(tx.ExecContext(ctx, "DELETE FROM expense WHERE id = ?", id)); err != nil {
			return err
		}
		return removeUnused(ctx, tx)
	})
}

func addCategory(ctx context.Context, tx *sql.Tx, name string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO category (name) VALUES (?) ON CONFLICT DO NOTHING", name)
	return err
}

// removeUnused removes categories without expenses.
func removeUnused(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM category WHERE NOT EXISTS (SELECT 1 FROM expense WHERE category = name)")
	return err
}

var errGone = &dibbler.Error{Status: http.StatusNotFound, Message: "There is no such expense. It may have been deleted in another window."}

// one returns errGone unless a row was changed.
func one(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return errGone
	}
	return err
}

// Get returns an expense.
func (s *Store) Get(ctx context.Context, id int64) (Expense, error) {
	for x, err := range s.rows(ctx, "WHERE id = ?", id) {
		return x, err
	}
	return Expense{}, errGone
}

// Month returns the expenses of a month, latest first.
func (s *Store) Month(ctx context.Context, m Month) (list []Expense, err error) {
	for x, err := range s.rows(ctx, "WHERE day >= ? AND day < ? ORDER BY day DESC, id DESC", m.first(), m.Next().first()) {
		if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}

// All returns all expenses by day, from one snapshot. If there is an error, it comes last.
func (s *Store) All(ctx context.Context) iter.Seq2[Expense, error] {
	return s.rows(ctx, "ORDER BY day, id")
}

func (s *Store) rows(ctx context.Context, which string, args ...any) iter.Seq2[Expense, error] {
	return func(yield func(Expense, error) bool) {
		rows, err := s.read.QueryContext(ctx, "SELECT id, day, amount, category, note FROM expense "+which, args...)
		if err != nil {
			yield(Expense{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var x Expense
			err := rows.Scan(&x.ID, &x.Day, &x.Amount, &x.Category, &x.Note)
			if !yield(x, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Expense{}, err)
		}
	}
}

// Categories returns the names of all categories, in order.
func (s *Store) Categories(ctx context.Context) (names []string, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT name FROM category ORDER BY name COLLATE NOCASE")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
