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
	"math"
	"slices"
	"strings"

	"reportbot/ingest/chunk"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Version is that of the reading and cutting rules: a file stored by other
// rules is read again.
const Version = parse.Version<<16 | fact.Version<<8 | chunk.Version

// Source is a file as the store remembers it.
type Source struct {
	Path     string // absolute, cleaned
	Size     int64
	ModTime  int64  // Unix nanoseconds
	Hash     string // SHA-256 of the bytes, hex; with a sidecar, of both files
	Sidecar  string // size and time of the sidecar beside it, "" without one
	Version  int    // of the reading and cutting rules that made the report
	ReportID string
	// VisibleFrom is the time that the sidecar sets, in milliseconds of Unix
	// time; 0: none. Where files hold one report the latest counts.
	VisibleFrom int64
}

// Document is everything that is stored of one report in one transaction.
type Document struct {
	Report   *report.Report
	Passages []report.Passage
	Vectors  [][]float32 // one for each passage, all of one dimension
	Embedder string      // who made the vectors, e.g. builtin-512
	Facts    []report.Fact
	Sketch   []uint64 // of the text, for finding other copies
	Source   Source   // the file it was read from; ReportID is set by the store
}

// Placed is what became of a document in the store.
type Placed struct {
	Report report.Header // which the file is a source of now
	Twin   string        // the other file the same report had been read from, "" when there was none
	Lost   bool          // the twin's copy was kept, as the better one
	Stale  []string      // files whose reports must be read from them again
}

// Store keeps documents. All methods may be called by several processes at
// once on one data folder.
type Store interface {
	// Source returns what is known of the file at path in the collection; ok
	// is false when nothing is.
	Source(ctx context.Context, collection, path string) (s Source, ok bool, err error)
	// Adopt records the file as one more source of a report already read
	// from the same bytes (Hash and Version) in the same collection. ok is
	// false when there is none, and then nothing is changed. stale are the
	// files from which the report that the path held before must be read again.
	Adopt(ctx context.Context, collection string, s Source) (ok bool, stale []string, err error)
	// Replace stores the document in one transaction: what its ID held
	// before is gone, and so is the report its path held before unless
	// another file still holds that one. Where the collection has the same
	// report from another file, the better copy is kept and both are its
	// sources.
	Replace(ctx context.Context, d Document) (Placed, error)
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
	Duplicate State = "duplicate" // read; another file's copy of the same report is the better one
	Failed    State = "failed"    // not stored; what its path held before is kept
)

// Outcome is what became of one file. Report is the one that the file is a
// source of now. Warning is a line about a report that reads badly, or that
// another file holds, too.
type Outcome struct {
	Path     string
	State    State
	Report   report.Header
	Passages int
	Warning  string
	Err      error
	Stale    []string // files whose reports must be read from them again
}

// Ingester brings files into a store.
type Ingester struct {
	Store    Store
	Reader   Reader
	Embedder Embedder
	Complete func(r *report.Report)                                          // adds what a list of securities knows; nil: nothing
	Facts    func(r *report.Report, passages []report.Passage) []report.Fact // nil: none are read
	MaxBytes int64                                                           // of one file; 0: no bound
}

// File ingests one named file into a collection. An error of the store or of
// the embedder that would meet the next file as well is marked with ErrStop.
func (g *Ingester) File(ctx context.Context, collection, path string) Outcome {
	return g.take(ctx, collection, Found{Path: path})
}

func (g *Ingester) take(ctx context.Context, collection string, f Found) Outcome {
	o := Outcome{Path: f.Path, State: Failed}
	in, known, err := g.fetch(ctx, collection, f)
	if err == nil && known {
		o.State, o.Stale = Unchanged, in.stale
		return o
	}
	var d Document
	if err == nil {
		d, err = g.read(ctx, collection, in)
	}
	if d.Report != nil {
		o.Report = d.Report.Header()
	}
	if err != nil {
		o.Err = err
		return o
	}
	p, err := g.Store.Replace(ctx, d)
	if err != nil {
		o.Err = stop{err}
		return o
	}
	o.State, o.Report, o.Passages, o.Stale = Added, p.Report, len(d.Passages), p.Stale
	notes := warnings(d.Report)
	switch {
	case p.Lost:
		o.State, o.Passages = Duplicate, 0
		notes = []string{"is the same report as " + p.Twin + ", whose copy is kept"}
	case p.Twin != "":
		notes = append(notes, "is the same report as "+p.Twin+", whose place it takes")
	}
	o.Warning = strings.Join(notes, "; ")
	return o
}

// read makes the document of a file. On errors its report may be set, for
// telling which it was.
func (g *Ingester) read(ctx context.Context, collection string, in fetched) (d Document, err error) {
	r, err := g.Reader.Read(ctx, in.src.Path, in.data)
	if err != nil {
		return d, err
	}
	r.Collection = collection
	r.Sources = []string{in.src.Path}
	r.ID = identify(r)
	if g.Complete != nil {
		g.Complete(r)
	}
	in.corrections.apply(r)
	d = Document{Report: r, Source: in.src, Embedder: g.Embedder.Name()}
	if n := len(r.Parse.LowTextPages); n > 0 && n == r.Pages {
		return d, fmt.Errorf("holds no text on any of its %d pages (scanned?)", n)
	}
	if d.Passages = chunk.Passages(r); len(d.Passages) == 0 {
		return d, errors.New("holds nothing but contents, adverts and disclaimers")
	}
	texts := make([]string, len(d.Passages))
	for i := range d.Passages {
		texts[i] = report.EmbedText(r, &d.Passages[i])
	}
	if d.Vectors, err = g.Embedder.Embed(ctx, texts); err != nil {
		return d, stop{fmt.Errorf("embed: %w", err)}
	}
	if g.Facts != nil {
		// A figure of 400 digits is a misreading and no reason to stop.
		d.Facts = slices.DeleteFunc(g.Facts(r, d.Passages), func(f report.Fact) bool { return math.IsNaN(f.Value) || math.IsInf(f.Value, 0) })
	}
	d.Sketch = sketch(r)
	return d, nil
}

// A user is told when less than leastKept of a report's text is evidence, or
// less than leastOfText of what is neither contents nor disclaimer. Of 68
// reports, 13 of them real ones, the least shares were 0.35 and 0.72: a short
// note may have a longer disclaimer than text.
const (
	leastKept   = 0.25
	leastOfText = 0.6
)

// Sparse tells whether so little of a report was kept that somebody should
// look at it; share is what was kept of its characters. Those of watermarks
// are not counted: they repeat a name over and over on each page.
func Sparse(l report.Loss) (share float64, sparse bool) {
	in := l.CharsIn - l.Dropped["watermark"]
	if in <= 0 {
		return 1, false
	}
	kept := float64(l.CharsKept)
	share = kept / float64(in)
	of := in - l.Dropped[string(report.Contents)] - l.Dropped[string(report.Disclaimer)]
	return share, share < leastKept || of > 0 && kept < leastOfText*float64(of)
}

// warnings says what of a report reads badly.
func warnings(r *report.Report) (notes []string) {
	if n := len(r.Parse.LowTextPages); n > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d pages hold almost no text (scanned or charts)", n, r.Pages))
	}
	if share, sparse := Sparse(r.Parse); sparse {
		notes = append(notes, fmt.Sprintf("only %.0f %% of its text was kept; \"reportbot show %s\" says what was left out", 100*share, r.ID))
	}
	return notes
}

// ErrStop marks errors after which the next file would fail the same way.
var ErrStop = errors.New("ingest cannot go on")

type stop struct{ error }

func (s stop) Is(target error) bool { return target == ErrStop }
func (s stop) Unwrap() error        { return s.error }

// fetched is a file with its sidecar, before anybody looks into the two.
type fetched struct {
	src         Source
	data        []byte
	corrections *sidecar // nil: none
	stale       []string // files to read again, since this one left their report
}

// fetch reads the file unless the store knows it: by size and time without
// opening it, or else by its bytes.
func (g *Ingester) fetch(ctx context.Context, collection string, f Found) (in fetched, known bool, err error) {
	most := int64(math.MaxInt64 - 1)
	if g.MaxBytes > 0 {
		most = g.MaxBytes
	}
	info, err := f.stat()
	switch {
	case err != nil:
		return in, false, err
	case info.Size() == 0:
		return in, false, errors.New("is empty")
	case info.Size() > most:
		return in, false, tooLarge(info.Size(), most)
	}
	beside, err := f.sidecar()
	if err != nil {
		return in, false, err
	}
	old, ok, err := g.Store.Source(ctx, collection, f.Path)
	if err != nil {
		return in, false, stop{err}
	}
	in.src = Source{Path: f.Path, Size: info.Size(), ModTime: info.ModTime().UnixNano(), Sidecar: beside.stamp, Version: Version}
	if ok && old.Version == Version && old.Size == in.src.Size && old.ModTime == in.src.ModTime && old.Sidecar == in.src.Sidecar {
		return in, true, nil
	}
	if in.data, info, err = f.read(most); err != nil {
		return in, false, err
	}
	in.src.Size, in.src.ModTime = info.Size(), info.ModTime().UnixNano()
	h := sha256.New()
	h.Write(in.data)
	if beside.stamp != "" {
		if in.corrections, err = beside.read(h); err != nil {
			return in, false, err
		}
		in.src.VisibleFrom = in.corrections.visibleFrom()
	}
	in.src.Hash = hex.EncodeToString(h.Sum(nil))
	if known, in.stale, err = g.Store.Adopt(ctx, collection, in.src); err != nil {
		return in, false, stop{err}
	}
	return in, known, nil
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
