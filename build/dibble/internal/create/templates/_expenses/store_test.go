package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestMain also runs as the writer that [TestStore_killed] starts.
func TestMain(m *testing.M) {
	if path := os.Getenv("EXPENSES_TEST_WRITER"); path != "" {
		fmt.Fprintln(os.Stderr, writeForEver(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// openTest opens a store, and closes it when the test ends.
func openTest(t *testing.T, path string) *Store {
	t.Helper()
	s, err := OpenStore(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func all(t *testing.T, s *Store) (list []Expense) {
	t.Helper()
	for x, err := range s.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	return list
}

var tea = Expense{Day: "2026-11-28", Amount: 350, Category: "Tea", Note: "green"}

func TestStore(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "what I spend? 100% (ü).db")
	s := openTest(t, path)
	id, err := s.Add(ctx, tea)
	if err != nil {
		t.Fatal(err)
	}
	want := tea
	want.ID = id
	if got, err := s.Get(ctx, id); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	want.Category, want.Day = "Drinks", "2026-12-01"
	if err := s.Change(ctx, want); err != nil {
		t.Error(err)
	}
	if names, err := s.Categories(ctx); err != nil || !slices.Equal(names, []string{"Drinks"}) {
		t.Errorf("categories %q, %v: the old one is no longer used", names, err)
	}
	for text, n := range map[string]int{"2026-11": 0, "2026-12": 1} {
		month, err := parseMonth(text)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := s.Month(ctx, month); err != nil || len(list) != n {
			t.Errorf("%s: %v, %v; want %d", text, list, err, n)
		}
	}
	if err := s.Delete(ctx, id); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(ctx, id); !errors.Is(err, errGone) {
		t.Errorf("a deleted expense: %v", err)
	}
	if err := errors.Join(s.Change(ctx, want), s.Delete(ctx, id)); !errors.Is(err, errGone) {
		t.Errorf("changes of a deleted expense: %v", err)
	}
	if names, err := s.Categories(ctx); err != nil || names != nil {
		t.Errorf("categories %q, %v: want none", names, err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// TestStore_foreignKeys: a category must exist, and a reading connection cannot write.
func TestStore_foreignKeys(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "e.db"))
	if _, err := s.write.ExecContext(t.Context(), "INSERT INTO expense (day, amount, category) VALUES ('2026-11-28', 1, 'none')"); err == nil {
		t.Error("an expense with an unknown category was added")
	}
	if _, err := s.read.ExecContext(t.Context(), "DELETE FROM expense"); err == nil {
		t.Error("a connection that reads has written")
	}
}

func TestStore_concurrent(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "e.db"))
	const writers, each = 8, 10
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for range each {
				if _, err := s.Add(t.Context(), tea); err != nil {
					t.Error(err)
				}
			}
		})
		wait.Go(func() {
			for range each {
				if _, err := s.Month(t.Context(), tea.Day.Month()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if n := len(all(t, s)); n != writers*each {
		t.Errorf("%d expenses, want %d", n, writers*each)
	}
}

// writeForEver adds expenses, and prints a line for each.
func writeForEver(path string) error {
	s, err := OpenStore(context.Background(), path)
	if err != nil {
		return err
	}
	for {
		id, err := s.Add(context.Background(), tea)
		if err != nil {
			return err
		}
		fmt.Println(id)
	}
}

// TestStore_killed: a program that is killed while it writes loses no finished changes.
func TestStore_killed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.db")
	last := 0
	for range 3 {
		writer := exec.Command(os.Args[0])
		writer.Env = append(os.Environ(), "EXPENSES_TEST_WRITER="+path)
		writer.Stderr = os.Stderr
		acknowledged, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(acknowledged)
		for n := 1; lines.Scan(); n++ {
			if n == 20 {
				writer.Process.Kill() // and continue to read until it has ended
			}
			if last, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
		}
		writer.Wait()
		checkWhole(t, path, last)
	}
}

// checkWhole fails the test unless the file is undamaged and has the expenses up to the
// last acknowledged one.
func checkWhole(t *testing.T, path string, last int) {
	t.Helper()
	s, err := OpenStore(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var says string
	if err := s.read.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&says); err != nil || says != "ok" {
		t.Errorf("integrity check: %s, %v", says, err)
	}
	if list := all(t, s); len(list) < last || last == 0 {
		t.Errorf("%d expenses, but %d were acknowledged", len(list), last)
	}
}

func TestOpenStore_damaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.db")
	text := strings.Repeat("this is no database ", 100)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenStore(t.Context(), path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a file that is not a database: %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Error("the file was changed")
	}
}
