package ticker_test

import (
	"slices"
	"strings"
	"testing"

	"reportbot/bot/ticker"
)

// outcome is what became of a row.
type outcome int

const (
	right  outcome = iota
	unsure         // asked back or found nobody where the security was certain
	wrong          // another security, or one where it was not certain
)

// Of what people type the right security is found; where that is not certain
// it asks back.
func TestSpellings(t *testing.T) {
	d := samples(t)
	for _, file := range []string{"spellings.tsv", "spellings2.tsv"} {
		table := rows(t, file)
		n := map[outcome]int{}
		for _, row := range table {
			got, o := d.spelt(row[0], row[1])
			n[o]++
			if o != right {
				t.Logf("%s: %q is %s, want %s", file, row[0], got, row[1])
			}
		}
		t.Logf("%s: %d of %d right (%.1f %%), %d wrong", file, n[right], len(table), 100*float64(n[right])/float64(len(table)), n[wrong])
		if n[wrong] > 0 || n[right]*100 < 99*len(table) {
			t.Errorf("%s: %d of %d right, %d wrong securities", file, n[right], len(table), n[wrong])
		}
	}
}

// spelt resolves what is typed and judges it against a row.
func (d *desk) spelt(typed, want string) (string, outcome) {
	d.t.Helper()
	r, err := d.Resolve(d.t.Context(), ticker.Query{Text: typed, Scope: everything, Now: today})
	if err != nil {
		d.t.Fatalf("resolve %q: %v", typed, err)
	}
	var codes []string
	for _, s := range r.Candidates {
		codes = append(codes, s.Code)
	}
	got := "none"
	switch {
	case r.Security.Code != "":
		got = r.Security.Code
	case len(codes) > 0:
		got = "ask:" + strings.Join(codes, ",")
	}
	o := unsure
	for want := range strings.SplitSeq(want, "|") {
		offered, asks := strings.CutPrefix(want, "ask:")
		switch {
		case got == want, want == "ask" && len(codes) > 0, want == "none" && r.Security.Code == "" && len(codes) == 0:
			return got, right
		case asks && len(codes) > 0 && all(strings.Split(offered, ","), codes):
			return got, right
		case r.Security.Code != "":
			o = wrong
		}
	}
	return got, o
}

func all(of, in []string) bool {
	return !slices.ContainsFunc(of, func(s string) bool { return !slices.Contains(in, s) })
}
