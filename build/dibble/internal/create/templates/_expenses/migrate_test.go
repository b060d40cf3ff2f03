package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// makeOld makes a file of an older version with an expense.
func makeOld(t *testing.T, path string, version int) {
	t.Helper()
	db, err := open(path, "journal_mode(WAL)")
	if err != nil {
		t.Fatal(err)
	}
	err = migrate(t.Context(), db, path, migrations[:version])
	if err == nil {
		_, err = db.ExecContext(t.Context(), `INSERT INTO category VALUES ('Tea');
			INSERT INTO expense (day, amount, category) VALUES ('2026-11-28', 350, 'Tea')`)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func backups(t *testing.T, path string) (names []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "backups", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.db")
	makeOld(t, path, 1)
	list := all(t, openTest(t, path))
	if want := (Expense{1, "2026-11-28", 350, "Tea", ""}); len(list) != 1 || list[0] != want {
		t.Errorf("got %+v, want %+v", list, want)
	}
	saved := backups(t, path)
	if len(saved) != 1 {
		t.Fatalf("backups: %q, want one", saved)
	}
	db, err := open(saved[0])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var amount int
	version, err := versionOf(t.Context(), db)
	if err != nil || version != 1 {
		t.Errorf("the backup has version %d, %v; want 1", version, err)
	}
	if err := db.QueryRowContext(t.Context(), "SELECT amount FROM expense").Scan(&amount); err != nil || amount != 350 {
		t.Errorf("the backup has %d, %v; want 350", amount, err)
	}
}

func TestMigrate_failed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.db")
	makeOld(t, path, 1)
	db, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	steps := []string{migrations[0], "ALTER TABLE expense ADD COLUMN shop TEXT", "DROP TABLE nothing"}
	if err := migrate(t.Context(), db, path, steps); err == nil || !strings.Contains(err.Error(), "version 3") {
		t.Errorf("a step that fails: %v", err)
	}
	if version, err := versionOf(t.Context(), db); err != nil || version != 1 {
		t.Errorf("version %d, %v; want 1, as before", version, err)
	}
	if _, err := db.ExecContext(t.Context(), "SELECT shop FROM expense"); err == nil {
		t.Error("a step before the failed step was kept")
	}
}

func TestMigrate_newer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.db")
	db, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenStore(t.Context(), path); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("a file of a newer version: %v", err)
	}
}

func TestBackUp_kept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.db")
	makeOld(t, path, 1)
	db, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	dir := filepath.Join(filepath.Dir(path), "backups")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	old := []string{"unfinished"} // left by a program that was killed
	for day := range keptBackups {
		old = append(old, fmt.Sprintf("2001-01-0%d 000000.000 version 1.db", day+1))
	}
	for _, name := range old {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half a database"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := backUp(t.Context(), db, path, 1); err != nil {
		t.Fatal(err)
	}
	if names := backups(t, path); len(names) != keptBackups || filepath.Base(names[0]) != old[2] {
		t.Errorf("kept are %q, want the newest %d", names, keptBackups)
	}
}
