package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// migrations change a file from each version to the next. The first makes version 1 from
// an empty file. Once people use the tool, do not change migrations, but add new ones.
var migrations = []string{
	`CREATE TABLE category (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
	CREATE TABLE expense (
		id       INTEGER PRIMARY KEY AUTOINCREMENT,
		day      TEXT NOT NULL,    -- 2026-11-28
		amount   INTEGER NOT NULL, -- in cents
		category TEXT NOT NULL REFERENCES category
	) STRICT;
	CREATE INDEX expense_day ON expense (day, id);
	CREATE INDEX expense_category ON expense (category);`,
	`ALTER TABLE expense ADD COLUMN note TEXT NOT NULL DEFAULT '';`,
}

// keptBackups is how many backups are kept.
const keptBackups = 5

// migrate makes a backup, and applies the missing steps to the file at path. The file's
// user_version is the number of steps that were applied. If a step fails, the file does
// not change.
func migrate(ctx context.Context, db *sql.DB, path string, steps []string) error {
	version, err := versionOf(ctx, db)
	switch {
	case err != nil:
		return err
	case version > len(steps):
		return fmt.Errorf("it has version %d, and this program supports only versions up to %d: a newer program has written it, so install that program", version, len(steps))
	case version == len(steps):
		return nil
	case version > 0:
		if err := backUp(ctx, db, path, version); err != nil {
			return fmt.Errorf("cannot make a backup before the migration: %w", err)
		}
	}
	return update(ctx, db, func(tx *sql.Tx) error {
		for _, step := range steps[version:] {
			version++
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("%s; PRAGMA user_version = %d", step, version)); err != nil {
				return fmt.Errorf("migration to version %d: %w", version, err)
			}
		}
		return nil
	})
}

func versionOf(ctx context.Context, db *sql.DB) (version int, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// backUp copies the database, including its write-ahead log, into a folder beside it.
func backUp(ctx context.Context, db *sql.DB, path string, version int) error {
	dir := filepath.Join(filepath.Dir(path), "backups")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name := fmt.Sprintf("%s version %d.db", time.Now().UTC().Format("2006-01-02 150405.000"), version)
	unfinished := filepath.Join(dir, "unfinished")
	if err := remove(unfinished); err != nil { // left by a program that was killed
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", unfinished); err != nil {
		return err
	}
	if err := flush(unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, filepath.Join(dir, name)); err != nil {
		return err
	}
	return removeOldBackups(dir)
}

// flush waits until a file is on the disk; VACUUM INTO does not wait for that.
func flush(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// removeOldBackups keeps the newest backups, whose names sort last.
func removeOldBackups(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	backups := slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !strings.HasSuffix(e.Name(), ".db") })
	for _, e := range backups[:max(0, len(backups)-keptBackups)] {
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// remove removes a file if it exists.
func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
