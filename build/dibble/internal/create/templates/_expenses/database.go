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

// A Store keeps expenses in an SQLite file. Its methods may be called concurrently: one
// connection writes, so that writers wait for each other in Go and never find the file
// locked, and a few others read meanwhile. What a method has written without an error is
// there after a kill and after a power cut.
type Store struct{ write, read *sql.DB }

// OpenStore opens the file at path, which need not exist, and brings it to the present
// version.
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

// open returns connections that each begin with these pragmas. A connection waits for
// up to ten seconds if another program, such as a backup, has locked the file.
func open(path string, pragmas ...string) (*sql.DB, error) {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_pragma": append(pragmas, "busy_timeout(10000)"),
		"_txlock": {"immediate"}, // a transaction that reads first has the lock to write
	}.Encode()}
	return sql.Open("sqlite", name.String())
}

// Close writes all of it into the one file, and closes that.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// update makes changes together: all of them or, with an error, none.
func update(ctx context.Context, db *sql.DB, change func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	if err := change(tx); err != nil {
		return err
	}
	return tx.Commit()
}
