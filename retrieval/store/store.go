// Package store keeps what was read of every report: metadata, passages, facts,
// vectors and the files they came from, in one SQLite file, corpus.db. It is
// the one truth; the searchers hold copies and follow its generation.
//
// Every change is one transaction that is on disk before the call returns.
// Any number of processes may read and write one data folder at once: SQLite
// lets one write at a time, the others wait for it.
//
// Ranking, embedding and reading files are left to others.
package store

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
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"reportbot/ingest/report"
)

// File is the name of the database inside the data folder.
const File = "corpus.db"

// Source is a file as the store remembers it. It has the fields of
// ingest.Source in the same order, so that cmd converts between the two with
// a plain Go conversion; importing ingest from here would turn the arrow
// round.
type Source struct {
	Path     string
	Size     int64
	ModTime  int64 // Unix nanoseconds
	Hash     string
	Sidecar  string // name, size and time of the file of corrections beside it, "" without one
	Version  int
	ReportID string
	// VisibleFrom is when the report may be seen as far as this file has a say,
	// in milliseconds of Unix time; 0: always.
	VisibleFrom int64
}

// Document is everything that is stored of one report in one transaction.
// It mirrors ingest.Document; because of the nested Source, cmd copies it
// field by field.
type Document struct {
	Report   *report.Report
	Passages []report.Passage
	Vectors  [][]float32 // one for each passage, all of one dimension
	Embedder string      // who made the vectors, e.g. builtin-512
	Facts    []report.Fact
	Sketch   []uint64 // of the text, ascending; see similar
	Source   Source   // the file it was read from; ReportID is ignored, VisibleFrom is the report's
}

// Placed is what became of a document.
type Placed struct {
	Report report.Header // which the file is a source of now
	Twin   string        // the other file the same report had been read from, "" when there was none
	Lost   bool          // the twin's copy was kept, as the better one
	Stale  []string      // files whose reports must be read from them again
}

// Options are the settings of Open; the zero value is right for production.
type Options struct {
	MaxPages int              // most pages the file may grow to; 0: no bound. For tests of a full disk
	Log      *slog.Logger     // nil: silent
	Now      func() time.Time // the clock that embargoes end by; nil: the machine's
	Owner    bool             // reports under embargo are there, too: for the owner's own commands
}

// Store is an open data folder. Its methods may be called from many
// goroutines.
type Store struct {
	write      *sql.DB // one connection: SQLite has one writer anyway, and a queue in Go is fair
	read       *sql.DB
	generation *sql.Stmt
	log        *slog.Logger
	clock      func() time.Time // nil for the owner, for whom all embargoes are over
	embargoes  embargoes
}

// busyTimeout is how long a statement waits for another process's write: far
// above the longest transaction (making a new embedder the active one).
const busyTimeout = "60000"

// Open opens the data folder dir, making it and its database when they are
// not there, and brings the schema up to date. Errors are one line that
// names the folder; see ErrVersion and ErrDamaged.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	s := &Store{log: o.Log, clock: o.Now}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if o.Owner {
		s.clock = nil
	}
	if err := s.open(ctx, dir, o.MaxPages); err != nil {
		_ = s.Close() // the first error says what is wrong
		return nil, openError(dir, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, dir string, maxPages int) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	// Reports are licensed material: nobody but the owner and the group.
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	path := filepath.Join(dir, File)
	// SQLite would let everybody read it, in a folder that was there already;
	// its side files take the mode of this one.
	if f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o640); err == nil {
		f.Close()
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	// A page of 8 KiB holds three vectors of 512 dimensions, one of 4 KiB
	// only one. A page size is kept only by the process that makes the file.
	// What is deleted is overwritten, in its page and in those that become free.
	// BenchmarkReplace took 7.0 ms with it and without.
	pragmas := []string{"page_size=8192", "synchronous=FULL", "foreign_keys=1", "journal_size_limit=67108864", "secure_delete=1"}
	if maxPages > 0 {
		pragmas = append(pragmas, "max_page_count="+strconv.Itoa(maxPages))
	}
	if s.write, err = sql.Open("sqlite", dsn(path, url.Values{"_txlock": {"immediate"}, "_pragma": pragmas})); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	// A log that is left here is of a killed process, or of one that runs.
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		if err := s.tellLostCommits(ctx, path); err != nil {
			return err
		}
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", dsn(path, url.Values{"_query_only": {"1"}})); err != nil {
		return err
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if err := s.checkSchema(ctx); err != nil {
		return err
	}
	s.generation, err = s.read.PrepareContext(ctx, `SELECT value FROM meta WHERE key = 'generation'`)
	return err
}

// dsn builds a URI, so that folders with ?, % or # in their name work.
func dsn(path string, q url.Values) string {
	q.Set("_busy_timeout", busyTimeout)
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// Close releases the files. No method may be called after it.
func (s *Store) Close() error {
	var errs []error
	if s.generation != nil {
		errs = append(errs, s.generation.Close())
	}
	for _, db := range []*sql.DB{s.read, s.write} { // the writer last: it checkpoints
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
