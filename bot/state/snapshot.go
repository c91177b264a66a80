package state

import (
	"context"
	"fmt"
	"io"
)

// Snapshot writes the database as of one moment to a new file, while another
// process reads and writes it. The file is not synced. It is made from rows,
// not from pages: where a page is damaged it is ErrDamaged.
func (s *Store) Snapshot(ctx context.Context, file string) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return fmt.Errorf("copy %s: %w", File, explain(err))
	}
	defer conn.Close()
	// What is for reading only may not even write a copy.
	_, err = conn.ExecContext(ctx, "PRAGMA query_only = 0")
	if err == nil {
		_, err = conn.ExecContext(ctx, "VACUUM INTO ?", file)
	}
	if _, back := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = 1"); err == nil {
		err = back
	}
	if err != nil {
		return fmt.Errorf("copy %s: %w", File, explain(err))
	}
	return nil
}

// Lock keeps everybody else from opening the state in dir until it is closed.
// When somebody has it open it is ErrLocked.
func Lock(dir string) (io.Closer, error) {
	f, err := takeLock(dir)
	if err != nil {
		return nil, openError(dir, err)
	}
	return f, nil
}
