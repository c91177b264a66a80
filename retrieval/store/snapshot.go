package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
)

// Snapshot writes the database as of one moment to a new file, while others
// read and write it. The file is not synced. It is made from rows, not from
// pages: where a page is damaged it is ErrDamaged.
func (s *Store) Snapshot(ctx context.Context, file string) error {
	if _, err := s.write.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return fmt.Errorf("copy %s: %w", File, explain(err))
	}
	return nil
}

// ErrInUse: another process has the database open.
var ErrInUse = errors.New("is in use by another reportbot")

// Alone makes corpus.db in dir one file without a log beside it, which
// succeeds only when no other process has it open; else it is ErrInUse. A
// damaged one is ErrDamaged.
func Alone(ctx context.Context, dir string) error {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(dir, File)}).EscapedPath()+"?mode=rw&_busy_timeout=0")
	if err != nil {
		return err
	}
	defer db.Close()
	var mode string
	switch err := db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode); {
	case err != nil && errors.Is(explain(err), ErrDamaged):
		return openError(dir, err)
	case err != nil || mode != "delete":
		return fmt.Errorf("data folder %s %w", dir, ErrInUse)
	}
	return nil
}
