package lexical

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// foreign is testdata/foreign.txt: questions with their passages, by number,
// and all passages as one report each.
func foreign(t *testing.T) (questions []string, entries []retrieval.Entry) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "foreign.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		question, passage, ok := strings.Cut(strings.TrimSpace(string(line)), " | ")
		if !ok {
			if question, passage, ok = strings.Cut(string(line), "- "); !ok || question != "" {
				continue
			}
		} else {
			questions = append(questions, question)
		}
		id := fmt.Sprintf("p%02d", len(entries))
		r := report.Report{ID: id, Collection: "en", Language: "en"}
		if asked(passage) == chinese {
			r.Collection, r.Language = "zh", "zh"
		}
		entries = append(entries, retrieval.Entry{Report: r, Passages: []report.Passage{{ID: id, ReportID: id, Text: passage}}})
	}
	return questions, entries
}

func languageOfHit(entries []retrieval.Entry, h retrieval.Scored) language {
	i := slices.IndexFunc(entries, func(e retrieval.Entry) bool { return e.Report.ID == h.ReportID })
	return languageOf(entries[i].Report.Language)
}

// A question in one language finds its passage in the other among the first
// three, in a scope of that language and in one of both.
func TestForeignQuestions(t *testing.T) {
	questions, entries := foreign(t)
	if len(questions) != 20 {
		t.Fatalf("%d questions, want 20", len(questions))
	}
	x := loaded(t, entries...)
	for _, both := range []bool{false, true} {
		for i, q := range questions {
			scope := retrieval.Scope{"zh"}
			if asked(q) == chinese {
				scope[0] = "en"
			}
			if both {
				scope = retrieval.Scope{"zh", "en"}
			}
			hits := x.Search(t.Context(), retrieval.Query{Text: q, Scope: scope}, 50)
			// In a scope of both, passages in the question's own language may
			// well stand before: they are not counted here.
			hits = slices.DeleteFunc(hits, func(h retrieval.Scored) bool { return languageOfHit(entries, h) == asked(q) })
			rank := 1 + slices.IndexFunc(hits, func(h retrieval.Scored) bool { return h.PassageID == fmt.Sprintf("p%02d", i) })
			if rank < 1 || rank > 3 {
				t.Errorf("both %v: %s: passage at rank %d, want 1 to 3", both, q, rank)
			}
		}
	}
}

// Reports in the question's own language, or in none known, are scored as if
// there were no glossary.
func TestOwnLanguageUnchanged(t *testing.T) {
	questions, entries := foreign(t)
	var plain []retrieval.Entry
	for _, e := range entries {
		e.Report.Language = "" // nothing is translated for it
		plain = append(plain, e)
	}
	with, without := loaded(t, entries...), loaded(t, plain...)
	for _, q := range append(questions, "EPS增速与AI芯片的毛利率", "What does 云厂商 spend on capex?") {
		query := retrieval.Query{Text: q, Scope: retrieval.Scope{"en"}}
		if asked(q) == chinese {
			query.Scope[0] = "zh"
		}
		if diff := cmp.Diff(without.Search(t.Context(), query, 50), with.Search(t.Context(), query, 50)); diff != "" {
			t.Errorf("%s (-without +with languages):\n%s", q, diff)
		}
		query.Scope = retrieval.Scope{"en", "zh"}
		own := func(x *Index) (out []retrieval.Scored) {
			for _, h := range x.Search(t.Context(), query, 50) {
				if languageOfHit(entries, h) == asked(q) {
					out = append(out, h)
				}
			}
			return out
		}
		if diff := cmp.Diff(own(without), own(with)); diff != "" {
			t.Errorf("%s over both (-without +with languages):\n%s", q, diff)
		}
	}
}

// A report that goes takes its language out of the scope, and one that is
// replaced brings its new one, packed or not.
func TestLanguageFollows(t *testing.T) {
	x := New()
	put := func(id, language, s string) {
		x.Replace(retrieval.Entry{
			Report:   report.Report{ID: id, Collection: "a", Language: language},
			Passages: []report.Passage{{ID: id + "-1", ReportID: id, Text: s}},
		})
	}
	found := func() int {
		return len(x.Search(t.Context(), retrieval.Query{Text: "营业收入", Scope: retrieval.Scope{"a"}}, 9))
	}
	for _, step := range []struct {
		name string
		do   func()
		want int
	}{
		{"English", func() { put("r", "en", "revenue rose") }, 1},
		{"and another", func() { put("s", "en", "revenue fell") }, 2},
		{"now Chinese", func() { put("r", "zh", "revenue rose") }, 1},
		{"gone", func() { x.Remove("s") }, 0},
		{"unknown", func() { put("r", "", "revenue rose") }, 0},
		{"English again", func() { put("r", "en", "revenue rose") }, 1},
	} {
		step.do()
		if got := found(); got != step.want {
			t.Errorf("%s: %d hits, want %d", step.name, got, step.want)
		}
	}
}

func TestTranslations(t *testing.T) {
	for _, row := range []struct{ question, want string }{
		{"毛利率是多少", "gross margin profit"},                 // not gross profit first
		{"归母净利润", "net profit attributable shareholders"}, // the longest
		{"the target prices", "目标价 目标价格"},                 // whatever the ending
		{"TARGET PRICE", "目标价 目标价格"},                      // whatever the case
		{"预训练", "pre training pretraining"},               // not training alone
		{"free cash flow", "自由现金流"},                       // not cash flow
		{"青岚科技", ""},                                      //
		{"EPS", "每股收益 每股盈利"},                              //
		{"EPS增长", "growth rate increase rise"},            // a Chinese question: its English stands as it is
	} {
		got, want := translations(row.question), []text.Token(nil)
		for _, s := range strings.Fields(row.want) {
			for _, tok := range text.Terms(s) {
				if !slices.Contains(want, tok) {
					want = append(want, tok)
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("translations(%q) = %d tokens, want those of %q, %d", row.question, len(got), row.want, len(want))
		}
	}
}

// Every line of the table is a pair, and no side of it stands there twice.
func TestGlossaryTable(t *testing.T) {
	pairs, seen := 0, map[string]bool{}
	for line := range strings.Lines(glossaryTable) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		en, zh, _ := strings.Cut(line, "=")
		for side, want := range map[string]language{en: english, zh: chinese} {
			if seen[side] {
				t.Errorf("%q stands in two lines", side)
			}
			seen[side] = true
			for s := range strings.SplitSeq(side, ";") {
				if len(text.Terms(s)) == 0 || asked(s) != want {
					t.Errorf("%q: %q is no term", line, s)
				}
			}
		}
		pairs++
	}
	if pairs < 200 {
		t.Errorf("%d pairs, want 200", pairs)
	}
}
