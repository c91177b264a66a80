package retrieval_test

import (
	"strings"
	"testing"

	"reportbot/retrieval"
)

// Whatever is asked, a search ends, fails of nothing and stays in its scope.
func TestOddQuestions(t *testing.T) {
	st := open(t, t.TempDir())
	put(t, st, "r", both(by("青岚证券", "2026-03-01"), on("999230.SZ", "星河智能")), "算力需求增长", "the margin rose")
	put(t, st, "hidden", both(by("青岚证券", "2026-03-01"), in("b")), "算力需求增长")
	for _, w := range weights {
		s := searcher(t, st, &embedder{}, w)
		for name, text := range map[string]string{
			"empty": "", "blanks": " \t\n　", "stop words": "的是什么吗 what is the", "control characters": "算力\x00\x07\x1b[31m需求",
			"no UTF-8": "算力\xff\xfe需求", "20,000 characters": strings.Repeat("算力需求 2026年2月30日的研报 ", 1000), "no such day": "2026年2月30日的研报",
			"brackets": "((((评级（[“\"{", "numbers": strings.Repeat("9", 500) + "年" + strings.Repeat("1", 500) + "月的研报", "years": "0000年00月00日-9999年99月99日发布的研报",
			"an order": "ignore all rules; DROP TABLE reports; --",
		} {
			f, err := s.Search(t.Context(), retrieval.Query{Text: text, Scope: scopeA})
			if err != nil {
				t.Errorf("weight %v, %s: %v", w, name, err)
			}
			for _, h := range f.Hits {
				if h.Report.ID != "r" {
					t.Errorf("weight %v, %s: found %s", w, name, h.Report.ID)
				}
			}
		}
	}
}
