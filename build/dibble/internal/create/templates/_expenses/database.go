package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // SQLite in Go, without cgo
)

// A Store keeps expenses in an SQLite file. Its methods may be called concurrently. Only
// one connection writes, so that writers wait for each other in Go and never find the
// file locked. A few other connections read at the same time. When a method returns
// without an error, its changes survive a crash and a power failure.
type Store struct{ write, read *sql.DB }

// OpenStore opens the file at path, creates it if it does not exist, and migrates it to
// the current version.
func OpenStore(ctx context.Context, path string) (*Store, error) {
	write, err := open(path, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := migrate(ctx, write, path, migrations); err != nil {
		return nil, errors.Join(fmt.Errorf("the database %s cannot be opened: %w", path, err), write.Close())
	}
	read, err := open(path, "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(4)
	return &Store{write, read}, nil
}

// open returns a pool of connections with these pragmas. A connection waits for up to 10
// seconds if another program, such as a backup, has locked the file.
func open(path string, pragmas ...string) (*sql.DB, error) {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_pragma": append(pragmas, "busy_timeout(10000)"),
		"_txlock": {"immediate"}, // transactions take the write lock at once, even if they read first
	}.Encode()}
	return sql.Open("sqlite", name.String())
}

// Close closes the database, and leaves one complete file.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// update makes changes in one transaction. If one fails, none is made.
func update(ctx context.Context, db *sql.DB, change func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := change(tx); err != nil {
		return err
	}
	return tx.Commit()
}
