package question_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"reportbot/retrieval/question"
)

// FuzzRead: whatever is asked, or typed as filters, a reading names real days in
// order, periods as facts do, and nothing the corpus does not know.
func FuzzRead(f *testing.F) {
	data, err := os.ReadFile("testdata/phrasings.tsv")
	if err != nil {
		f.Fatal(err)
	}
	for l := range strings.Lines(string(data)) {
		text, _, _ := strings.Cut(l, "\t")
		f.Add(text)
	}
	now := time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		for _, text := range []string{text, question.Filters(text)} {
			r := question.Read(text, now, known, nil)
			for _, day := range []string{r.Since, r.Until} {
				if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
					t.Errorf("%q: %v", text, err)
				}
			}
			if r.Since > r.Until && r.Until != "" {
				t.Errorf("%q: from %s to %s", text, r.Since, r.Until)
			}
			for _, p := range r.Periods {
				if len(p) < 4 || p[:2] != "19" && p[:2] != "20" {
					t.Errorf("%q: period %q", text, p)
				}
			}
		}
	})
}
