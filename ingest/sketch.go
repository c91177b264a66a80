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
	var stream []rune
	add := func(s string) {
		for _, c := range text.Fold(s) {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				stream = append(stream, c)
			}
		}
	}
	for i := range r.Sections {
		if s := &r.Sections[i]; s.Role == report.Body || s.Role == report.Front {
			add(s.Number + s.Title)
			for _, b := range s.Blocks {
				add(b.Text)
			}
		}
	}
	var out []uint64
	for i := range max(1, len(stream)-shingle+1) { // a text shorter than one run is one
		if run := stream[i:min(i+shingle, len(stream))]; len(run) > 0 {
			out = append(out, hash(run))
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.Clone(out[:min(len(out), sketchSize)])
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
