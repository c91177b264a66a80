package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"reportbot/ingest/report"
)

// Heading is a line of a report's outline: a section without its text.
type Heading struct {
	Number   string      `json:"number"`
	Title    string      `json:"title"`
	Level    int         `json:"level"`
	Page     int         `json:"page"`
	Role     report.Role `json:"role,omitempty"`
	Passages int         `json:"passages"` // how many stand directly in it
}

// check refuses a document that must not be stored.
func (d *Document) check() error {
	switch {
	case d.Report == nil || d.Report.ID == "":
		return errors.New("report without an ID")
	case d.Report.Collection == "":
		return errors.New("report without a collection")
	case d.Source.Path == "":
		return errors.New("report without a source")
	}
	seen := make(map[string]bool, len(d.Passages))
	for i := range d.Passages {
		p := &d.Passages[i]
		if p.ID == "" || seen[p.ID] {
			return fmt.Errorf("passage %d: ID %q is empty or used twice", i, p.ID)
		}
		if p.ReportID != d.Report.ID {
			return fmt.Errorf("passage %d: belongs to report %q", i, p.ReportID)
		}
		seen[p.ID] = true
	}
	if err := checkFacts(d.Report.ID, d.Facts, seen); err != nil {
		return err
	}
	return checkVectors(d.Embedder, d.Vectors, len(d.Passages))
}

// checkVectors refuses vectors that would spoil a search: a wrong number of
// them, several dimensions, none, NaN, infinite or all zero.
func checkVectors(embedder string, vecs [][]float32, want int) error {
	if embedder == "" {
		return errors.New("vectors without the name of their embedder")
	}
	if len(vecs) != want {
		return fmt.Errorf("embedder %s: %d vectors for %d passages", embedder, len(vecs), want)
	}
	for i, v := range vecs {
		if len(v) == 0 || len(v) != len(vecs[0]) {
			return fmt.Errorf("embedder %s: vector %d has %d dimensions, the first has %d", embedder, i, len(v), len(vecs[0]))
		}
		if err := usable(v); err != nil {
			return fmt.Errorf("embedder %s: vector %d %w", embedder, i, err)
		}
	}
	return nil
}

func usable(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x) // cannot overflow: MaxFloat32 squared is 1e77
	}
	switch {
	case math.IsNaN(sum) || math.IsInf(sum, 0):
		return errors.New("is not finite")
	case sum == 0:
		return errors.New("is zero")
	}
	return nil
}

func encodeVector(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func decodeVector(b []byte) ([]float32, error) {
	if len(b) == 0 || len(b)%4 != 0 {
		return nil, fmt.Errorf("%w: a vector of %d bytes", ErrDamaged, len(b))
	}
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v, nil
}

// encodeReport gives the columns meta and outline.
func encodeReport(r *report.Report, passages []report.Passage) (meta, outline string, err error) {
	bare := *r
	bare.Sections, bare.Sources, bare.VisibleFrom = nil, nil, time.Time{} // kept beside
	m, err := json.Marshal(bare)
	if err != nil {
		return "", "", err
	}
	o, err := json.Marshal(headings(r.Sections, passages))
	return string(m), string(o), err
}

// headings counts the passages of each section. Passages are in reading
// order, which tells sections of the same number and title apart.
func headings(sections []report.Section, passages []report.Passage) []Heading {
	out := make([]Heading, len(sections))
	for i, s := range sections {
		out[i] = Heading{Number: s.Number, Title: s.Title, Level: s.Level, Page: s.Page, Role: s.Role}
	}
	at := 0
	for i := range passages {
		p := &passages[i]
		for n := range out { // forward from the last section, then once round
			j := (at + n) % len(out)
			if out[j].Number == p.Number && out[j].Title == p.SectionTitle() {
				out[j].Passages++
				at = j
				break
			}
		}
	}
	return out
}

// stored is a row of reports.
type stored struct {
	id              string // of the report, also where it cannot be decoded
	report          report.Report
	outline         []byte // []Heading, JSON
	passages, facts int64  // checksums of those of its passages and facts
}

// reportColumns are what scanReport reads, in order.
const reportColumns = "r.id, r.collection, r.published, r.publisher, r.title, r.meta, r.outline, r.passages_sum, r.facts_sum, r.visible_from, r.generation, r.sum"

// scanReport reads reportColumns and whatever columns follow into rest.
func scanReport(row scanner, rest ...any) (s stored, err error) {
	var collection, published, publisher, title string
	var meta []byte
	var from, generation, want int64
	dest := append([]any{&s.id, &collection, &published, &publisher, &title, &meta, &s.outline, &s.passages, &s.facts, &from, &generation, &want}, rest...)
	if err := row.Scan(dest...); err != nil {
		return s, err
	}
	if sum(withEmbargo([]any{s.id, collection, published, publisher, title, meta, s.outline, s.passages, s.facts}, from)) != want {
		return s, changed{"metadata of " + strconv.Quote(title)}
	}
	s.report, err = decodeReport(meta)
	s.report.VisibleFrom, s.report.Generation = opening(from), generation
	return s, err
}

func decodeReport(meta []byte) (report.Report, error) {
	var r report.Report
	if err := json.Unmarshal(meta, &r); err != nil {
		return r, fmt.Errorf("%w: its metadata: %w", ErrDamaged, err)
	}
	return r, nil
}

// scanner is one row of a result.
type scanner interface{ Scan(dest ...any) error }

// passageColumns are what scanPassage reads, in order.
const passageColumns = "p.id, p.report_id, p.ord, p.number, p.path, p.kind, p.page_from, p.page_to, p.turns, p.text, p.sum"

// scanPassage reads passageColumns and whatever columns follow into rest. It
// returns the row's checksum, too.
func scanPassage(row scanner, rest ...any) (p report.Passage, seal int64, err error) {
	var path, turns string
	var ord int
	dest := append([]any{&p.ID, &p.ReportID, &ord, &p.Number, &path, &p.Kind, &p.PageFrom, &p.PageTo, &turns, &p.Text, &seal}, rest...)
	if err := row.Scan(dest...); err != nil {
		return p, 0, err
	}
	if sum(passageRow(&p, ord, path, turns)) != seal {
		return p, 0, changed{"passage " + p.ID}
	}
	if err := decodeList(path, &p.Path); err != nil {
		return p, 0, fmt.Errorf("%w: section path of passage %s: %w", ErrDamaged, p.ID, err)
	}
	if err := decodeList(turns, &p.Turns); err != nil {
		return p, 0, fmt.Errorf("%w: page turns of passage %s: %w", ErrDamaged, p.ID, err)
	}
	return p, seal, nil
}

// encodeList writes no elements as [], whether the slice is nil or not.
func encodeList[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

func decodeList[T any](s string, list *[]T) error {
	if s == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(s), list)
}
