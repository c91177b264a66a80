// Package ingest is the way of a report: find the file, parse it in a child
// process, cut it into passages, embed them, and replace the report in the
// store in one transaction. What did not change is not read again.
package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"reportbot/ingest/chunk"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Version is that of the reading and cutting rules: a file stored by other
// rules is read again.
const Version = parse.Version<<8 | chunk.Version

// Source is a file as the store remembers it.
type Source struct {
	Path     string // absolute, cleaned
	Size     int64
	ModTime  int64  // Unix nanoseconds
	Hash     string // SHA-256 of the bytes, hex
	Version  int    // of the reading and cutting rules that made the report
	ReportID string
}

// Document is everything that is stored of one report in one transaction.
type Document struct {
	Report   *report.Report
	Passages []report.Passage
	Vectors  [][]float32 // one for each passage, all of one dimension
	Embedder string      // who made the vectors, e.g. builtin-512
	Source   Source      // the file it was read from; ReportID is set by the store
}

// Store keeps documents. All methods may be called by several processes at
// once on one data folder.
type Store interface {
	// Source returns what is known of the file at path in the collection; ok
	// is false when nothing is.
	Source(ctx context.Context, collection, path string) (s Source, ok bool, err error)
	// Adopt records the file as one more source of a report already read
	// from the same bytes (Hash and Version) in the same collection. ok is
	// false when there is none, and then nothing is changed.
	Adopt(ctx context.Context, collection string, s Source) (ok bool, err error)
	// Replace stores the document in one transaction: what its ID held
	// before is gone, and so is the report its path held before unless
	// another file still holds that one.
	Replace(ctx context.Context, d Document) error
}

// Reader parses the bytes of one file. Its errors are one line and do not
// name the file.
type Reader interface {
	Read(ctx context.Context, name string, data []byte) (*report.Report, error)
}

// Embedder turns texts into vectors, one for each, in order, all of one
// dimension. Name tells embedders apart whose vectors must not be mixed.
type Embedder interface {
	Name() string
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// State is what became of a file.
type State string

// What may become of a file.
const (
	Added     State = "added"     // read and stored
	Unchanged State = "unchanged" // known already, not read
	Failed    State = "failed"    // not stored; what its path held before is kept
)

// Outcome is what became of one file. Warning is a line about a report that
// was stored but reads badly.
type Outcome struct {
	Path     string
	State    State
	Report   report.Header
	Passages int
	Warning  string
	Err      error
}

// Ingester brings files into a store.
type Ingester struct {
	Store    Store
	Reader   Reader
	Embedder Embedder
	MaxBytes int64 // of one file
}

// File ingests one file into a collection. An error of the store or of the
// embedder that would meet the next file as well is marked with ErrStop.
func (g *Ingester) File(ctx context.Context, collection, path string) Outcome {
	o := Outcome{Path: path, State: Failed}
	src, data, known, err := g.fetch(ctx, collection, path)
	switch {
	case err != nil:
		o.Err = err
		return o
	case known:
		o.State = Unchanged
		return o
	}
	r, err := g.Reader.Read(ctx, path, data)
	if err != nil {
		o.Err = err
		return o
	}
	r.Collection = collection
	r.Sources = []string{path}
	r.ID = identify(r)
	o.Report = r.Header()
	switch n := len(r.Parse.LowTextPages); {
	case n > 0 && n == r.Pages:
		o.Err = fmt.Errorf("holds no text on any of its %d pages (scanned?)", n)
		return o
	case n > 0:
		o.Warning = fmt.Sprintf("%d of %d pages hold almost no text (scanned or charts)", n, r.Pages)
	}
	passages := chunk.Passages(r)
	if len(passages) == 0 {
		o.Err = errors.New("holds nothing but contents, adverts and disclaimers")
		return o
	}
	texts := make([]string, len(passages))
	for i := range passages {
		texts[i] = report.EmbedText(r, &passages[i])
	}
	vectors, err := g.Embedder.Embed(ctx, texts)
	if err != nil {
		o.Err = stop{fmt.Errorf("embed: %w", err)}
		return o
	}
	err = g.Store.Replace(ctx, Document{Report: r, Passages: passages, Vectors: vectors, Embedder: g.Embedder.Name(), Source: src})
	if err != nil {
		o.Err = stop{err}
		return o
	}
	o.State, o.Passages = Added, len(passages)
	return o
}

// ErrStop marks errors after which the next file would fail the same way.
var ErrStop = errors.New("ingest cannot go on")

type stop struct{ error }

func (s stop) Is(target error) bool { return target == ErrStop }
func (s stop) Unwrap() error        { return s.error }

// fetch reads the file unless the store knows it: by size and time without
// opening it, or else by its bytes.
func (g *Ingester) fetch(ctx context.Context, collection, path string) (src Source, data []byte, known bool, err error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return src, nil, false, plain(err)
	case !info.Mode().IsRegular():
		return src, nil, false, errors.New("is not a regular file")
	case info.Size() == 0:
		return src, nil, false, errors.New("is empty")
	case g.MaxBytes > 0 && info.Size() > g.MaxBytes:
		return src, nil, false, fmt.Errorf("is %.1f MiB large, the limit is %.1f", mib(info.Size()), mib(g.MaxBytes))
	}
	old, ok, err := g.Store.Source(ctx, collection, path)
	if err != nil {
		return src, nil, false, stop{err}
	}
	src = Source{Path: path, Size: info.Size(), ModTime: info.ModTime().UnixNano(), Version: Version}
	if ok && old.Version == Version && old.Size == src.Size && old.ModTime == src.ModTime {
		return src, nil, true, nil
	}
	if data, err = os.ReadFile(path); err != nil {
		return src, nil, false, plain(err)
	}
	sum := sha256.Sum256(data)
	src.Hash = hex.EncodeToString(sum[:])
	if known, err = g.Store.Adopt(ctx, collection, src); err != nil {
		return src, nil, false, stop{err}
	}
	return src, data, known, nil
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// plain takes the operation and path off a file error: the caller names the
// file.
func plain(err error) error {
	var pe *os.PathError
	if !errors.As(err, &pe) {
		return err
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("does not exist")
	case errors.Is(err, os.ErrPermission):
		return errors.New("may not be read (permission denied)")
	}
	return pe.Err
}

// identify gives the report its ID: a hash of its folded evidence and its
// collection, so that the same text is the same report wherever it lies.
func identify(r *report.Report) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00", r.Collection)
	for _, s := range r.Sections {
		if s.Role != report.Body && s.Role != report.Front {
			continue
		}
		fmt.Fprintf(h, "%s %s\x00", s.Number, s.Title)
		for _, b := range s.Blocks {
			fmt.Fprintf(h, "%s\x00", text.Fold(b.Text))
		}
	}
	return "r" + hex.EncodeToString(h.Sum(nil))[:12]
}
