// Package state remembers what the bot has been asked and what became of it:
// events, posts, answers, feedback and the turns of threads, in one SQLite
// file, state.db. A restart goes on from it.
//
// Every change is on disk before the call that makes it returns, so an event
// may be acknowledged as soon as Record comes back. It is a file of its own
// because an ingest transaction must never hold up that acknowledgement.
//
// What an event means, when to answer and what to say are left to others:
// bodies are bytes here.
package state

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// File is the name of the database inside the data folder.
const File = "state.db"

// Options are the settings of Open; the zero value is right for serve.
type Options struct {
	ReadOnly bool         // look only, beside a running serve: nothing is made, migrated or locked
	MaxPages int          // most pages the file may grow to; 0: no bound. For tests of a full disk
	Log      *slog.Logger // nil: silent
}

// Store is an open state.db. Its methods may be called from many goroutines.
type Store struct {
	write   *sql.DB // one connection: SQLite has one writer anyway
	waiting changes
	read    *sql.DB
	lock    *os.File
	log     *slog.Logger
}

// busyTimeout, in milliseconds, is how long a statement waits for a lock. Our
// own writes queue in Go and other processes of ours do not write, so only
// tools from outside make it wait; Slack delivers again after 3 seconds.
const busyTimeout = "5000"

// Open opens the state in the data folder dir, making both when they are not
// there, and brings the schema up to date. One process at a time may hold it:
// a second one gets ErrLocked. Errors are one line that names the folder; see
// also ErrVersion, ErrDamaged and ErrFull.
func Open(ctx context.Context, dir string, opt Options) (*Store, error) {
	s := &Store{waiting: changes{turn: make(chan struct{}, 1)}, log: opt.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.open(ctx, dir, opt); err != nil {
		_ = s.Close() // the first error says what is wrong
		return nil, openError(dir, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, dir string, opt Options) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, File)
	if opt.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return err
		}
	} else if err := s.openWriter(ctx, path, opt.MaxPages); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", dsn(path, url.Values{"mode": {"rw"}, "_query_only": {"1"}})); err != nil {
		return err
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if err := s.checkSchema(ctx); err != nil || opt.ReadOnly {
		return err // whoever only looks may call Check, and wants it all
	}
	return s.checkEvents(ctx)
}

// openWriter takes the lock, makes the file when it is not there and
// migrates it.
func (s *Store) openWriter(ctx context.Context, path string, maxPages int) error {
	// Questions are as confidential as the reports: nobody but the owner and
	// the group.
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	var err error
	if s.lock, err = takeLock(filepath.Dir(path)); err != nil {
		return err
	}
	// SQLite would let everybody read it, in a folder that was there already;
	// its side files take the mode of this one.
	if f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o640); err == nil {
		f.Close()
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	pragmas := []string{"synchronous=FULL", "foreign_keys=1", "journal_size_limit=16777216", "secure_delete=1"}
	if maxPages > 0 {
		pragmas = append(pragmas, "max_page_count="+strconv.Itoa(maxPages))
	}
	if s.write, err = sql.Open("sqlite", dsn(path, url.Values{"_txlock": {"immediate"}, "_pragma": pragmas})); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	return s.migrate(ctx)
}

// dsn builds a URI, so that folders with ?, % or # in their name work.
func dsn(path string, q url.Values) string {
	q.Set("_busy_timeout", busyTimeout)
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// Close waits for the change under way, releases the files and the lock.
// Changes asked for after it are errors.
func (s *Store) Close() error {
	s.waiting.turn <- struct{}{}
	defer func() { <-s.waiting.turn }()
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} { // the writer last: it checkpoints
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		if err := s.lock.Close(); !errors.Is(err, fs.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
