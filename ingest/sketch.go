package ingest

import (
	"slices"
	"unicode"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

const (
	// shingle is how many characters of a text are hashed together. Eight tell
	// apart what is said in the same words about another figure.
	shingle = 8
	// sketchSize is how many hashes are kept; the store compares as many.
	sketchSize = 256
)

// sketch returns the smallest hashes, ascending, of all runs of shingle
// letters and digits of the report's evidence. Two sketches tell how much of
// their texts two reports share, whatever format each was read from: blanks,
// line breaks, punctuation and the marks of tables do not count.
func sketch(r *report.Report) []uint64 {
	var k sketcher
	for i := range r.Sections {
		if s := &r.Sections[i]; s.Role == report.Body || s.Role == report.Front {
			k.add(s.Number + s.Title)
			for _, b := range s.Blocks {
				k.add(b.Text)
			}
		}
	}
	if len(k.least) == 0 && len(k.run) > 0 { // a text shorter than one run is one
		k.keep(hash(k.run))
	}
	return k.least
}

// sketcher takes a text piece by piece and keeps the sketch alone: all hashes
// of a report of 1,500 pages are 20 MB, and sorting them took as much again.
type sketcher struct {
	run   []rune   // the last characters, fewer than shingle
	least []uint64 // the smallest hashes so far, ascending
}

func (k *sketcher) add(s string) {
	for _, c := range text.Fold(s) {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			continue
		}
		if k.run = append(k.run, c); len(k.run) == shingle {
			k.keep(hash(k.run))
			k.run = k.run[:copy(k.run, k.run[1:])]
		}
	}
}

func (k *sketcher) keep(h uint64) {
	i, known := slices.BinarySearch(k.least, h)
	if known || i == sketchSize {
		return
	}
	k.least = slices.Insert(k.least, i, h)
	k.least = k.least[:min(len(k.least), sketchSize)]
}

// hash is FNV-1a over characters, stirred by the end of splitmix64: what
// survives in a sketch must not depend on what the text is about.
func hash(run []rune) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range run {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
