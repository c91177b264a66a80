// Package check tells whether the passages that a sentence cites bear it. It
// compares typed figures, periods, directions, negations, names, persons and
// the sums that a sentence does itself, never a
// model's opinion of itself; each comparison is a gate with a name, and a
// sentence is borne only when no gate fails.
package check

// Gate names one comparison.
type Gate string

// Source is a passage as a sentence cites it.
type Source struct {
	Header string // publisher, title, date and section: a sentence may say them too
	Text   string
}

// Failure is a gate that a sentence did not pass.
type Failure struct {
	Gate Gate
	What string // the words of the sentence that failed, folded; "" when it is the whole
}

// Verdict is what the gates say of a sentence: every one that failed, in the
// order of the gates.
type Verdict struct{ Failed []Failure }

// OK reports whether the passages bear the sentence.
func (v Verdict) OK() bool { return len(v.Failed) == 0 }
