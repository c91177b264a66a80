package digest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot/digest"
	"reportbot/ingest/chunk"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/retrieval/store"
)

// files are the sample reports that need no PDF engine, whose start takes
// seconds.
type files struct {
	reports  []*report.Report
	passages map[string][]report.Passage
	facts    map[string][]report.Fact
}

func (f *files) ReportPassages(_ context.Context, id string) ([]report.Passage, error) {
	return f.passages[id], nil
}

func (f *files) Facts(_ context.Context, id string) ([]report.Fact, error) { return f.facts[id], nil }

func samples(t testing.TB) *files {
	t.Helper()
	paths, err := filepath.Glob("../../ingest/testdata/reports/*")
	if err != nil {
		t.Fatal(err)
	}
	f := &files{passages: map[string][]report.Passage{}, facts: map[string][]report.Fact{}}
	reader := parse.NewReader("", parse.Limits{})
	for i, p := range paths {
		if filepath.Ext(p) == ".pdf" {
			continue
		}
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		r, err := reader.Read(t.Context(), filepath.Base(p), b)
		if err != nil {
			t.Fatal(err)
		}
		r.ID, r.Collection = fmt.Sprint("r", i), "default"
		f.reports = append(f.reports, r)
		f.passages[r.ID] = chunk.Passages(r)
		f.facts[r.ID] = fact.Read(r, f.passages[r.ID])
	}
	return f
}

// Of the sample reports: every change there is and no other, every bullet with
// a citation whose words stand on that report, every report once.
func TestComposeSamples(t *testing.T) {
	f := samples(t)
	d, err := digest.Compose(t.Context(), f, nil, f.reports, f.reports, digest.Digest{Lang: "zh"})
	if err != nil {
		t.Fatal(err)
	}
	var changes []string
	for _, c := range d.Changes {
		changes = append(changes, fmt.Sprintf("%s %s %s %s→%s %v→%v %s", c.Report.Published, c.Report.Publisher, c.Action, c.RatingBefore, c.Rating, c.TargetBefore, c.Target, c.Currency))
	}
	want := []string{
		"2026-11-09 Beichen International lowered →Equal-weight 62→49 HKD",
		"2026-09-02 望江证券 lowered →中性 43→36 CNY",
		"2026-05-12 Beichen International initiated →Underweight 0→84 USD",
		"2026-03-26 青岚证券 raised →买入 38.6→46.8 CNY",
		"2025-10-30 望江证券 initiated →买入 0→128 CNY",
	}
	if diff := cmp.Diff(changes, want); diff != "" {
		t.Errorf("changes (-got +want):\n%s", diff)
	}
	seen := map[string]int{}
	for _, g := range d.Groups {
		for _, i := range g.Items {
			seen[i.Report.ID]++
			if len(i.Bullets) < 2 || len(i.Bullets) > 3 {
				t.Errorf("%s has %d bullets", i.Report.Title, len(i.Bullets))
			}
			for _, b := range i.Bullets {
				c := d.Citations[b.Citations[0]-1]
				if c.Report.ID != i.Report.ID || !holds(f.passages[c.Report.ID], c) {
					t.Errorf("%q is cited from %+v", b.Text, c)
				}
			}
		}
	}
	for _, r := range f.reports {
		if seen[r.ID] != 1 {
			t.Errorf("%s is there %d times", r.Title, seen[r.ID])
		}
	}
	for i, c := range d.Citations {
		if c.N != i+1 || c.Quote == "" {
			t.Errorf("citation %d: %+v", i+1, c)
		}
	}
}

func holds(passages []report.Passage, c report.Citation) bool {
	for _, p := range passages {
		if p.ID == c.PassageID {
			return strings.Contains(p.Text, c.Quote)
		}
	}
	return false
}

// rated is a report of a house on one company.
func rated(id, house, day, rating, action string, target float64) *report.Report {
	return &report.Report{ID: id, Title: "点评" + id, Publisher: house, Published: day, Rating: rating, RatingAction: action, TargetPrice: target, Currency: "CNY",
		Securities: []report.Security{{Code: "999230.SZ", Name: "星河智能"}}}
}

func TestChanges(t *testing.T) {
	old := rated("old", "青岚证券", "2026-03-26", "买入", "维持", 46.8)
	for _, tt := range []struct {
		why  string
		r    *report.Report
		want string
	}{
		{"kept, and the target too", rated("r", "青岚证券", "2026-08-28", "买入", "维持", 46.8), ""},
		{"the target alone", rated("r", "青岚证券", "2026-08-28", "买入", "维持", 52.3), " 46.8→52.3"},
		{"lowered", rated("r", "青岚证券股份有限公司", "2026-08-28", "增持", "下调", 46.8), "lowered 买入→增持 0→46.8"},
		{"changed without a word", rated("r", "青岚证券", "2026-08-28", "增持", "", 0), "changed 买入→增持 0→0"},
		{"another house", rated("r", "望江证券", "2026-08-28", "中性", "维持", 36), ""},
		{"another house, lowered", rated("r", "望江证券", "2026-08-28", "中性", "下调", 36), "lowered →中性 0→36"},
		{"first", rated("r", "望江证券", "2026-08-28", "增持", "首次", 38.6), "initiated →增持 0→38.6"},
		{"an older report that came late", rated("r", "青岚证券", "2025-08-28", "增持", "维持", 38), ""},
		{"without a rating", rated("r", "青岚证券", "2026-08-28", "", "", 0), ""},
	} {
		d, err := digest.Compose(t.Context(), &files{}, nil, []*report.Report{tt.r}, []*report.Report{tt.r, old}, digest.Digest{Lang: "zh"})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, c := range d.Changes {
			before := ""
			if c.Action != digest.Kept {
				before = c.RatingBefore + "→" + c.Rating
			}
			got = strings.TrimRight(fmt.Sprintf("%s %s %v→%v", c.Action, before, c.TargetBefore, c.Target), " ")
			if before == "" {
				got = fmt.Sprintf(" %v→%v", c.TargetBefore, c.Target)
			}
			if len(c.Citations) == 0 {
				t.Errorf("%s: without a citation", tt.why)
			}
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

// A long digest goes on in parts, none of them too long, with every report
// whole; what is beyond the bounds is counted.
func TestParts(t *testing.T) {
	w := newWorld(t)
	for i := range 400 {
		w.come(fmt.Sprint("r", i), "default")
	}
	d, err := digest.Compose(t.Context(), w, nil, w.reports, w.reports, digest.Digest{Lang: "zh", Slot: "2026-01-02", Due: time.Date(2026, 1, 2, 8, 30, 0, 0, time.UTC), Late: 65 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	parts := d.Parts(1000, 3000, utf8.RuneCountInString)
	for i, p := range parts {
		if n := utf8.RuneCountInString(p); n > 3000 || i == 0 && n > 1000 {
			t.Errorf("part %d has %d characters", i, n)
		}
	}
	all := strings.Join(parts, "\n")
	for _, want := range []string{"2026-01-02 08:30", "新增 400 篇", "迟到 1 小时 5 分钟", "【星河智能 999230.SZ】", "还有 80 篇未列出"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(all, "《标题 r"); n != 320 || len(parts) < 3 {
		t.Errorf("%d titles in %d parts", n, len(parts))
	}
	if en := (&digest.Digest{Lang: "en", Total: 0, Due: d.Due, Slot: d.Slot}).Text(); en != "Report digest · 2026-01-02 08:30 · no new reports" {
		t.Errorf("got %q", en)
	}
}

// The bullets of a report on several companies say whom they are on.
func TestBulletsOfSeveralCompanies(t *testing.T) {
	r := &report.Report{ID: "r", Title: "晨会纪要", Publisher: "望江证券", Published: "2026-09-11",
		Securities: []report.Security{{Code: "999519.SH", Name: "云栖算力"}, {Code: "999777.SZ", Name: "澜海储能"}}}
	f := &files{passages: map[string][]report.Passage{"r": {
		{ID: "p1", Path: []string{"云栖算力（999519.SH）：租赁价格企稳"}, Text: "我们预计公司2026年收入增长12%。"},
		{ID: "p2", Path: []string{"澜海储能与云栖算力"}, Text: "我们预计两家公司的订单继续增长。"},
	}}}
	d, err := digest.Compose(t.Context(), f, nil, []*report.Report{r}, nil, digest.Digest{Lang: "zh"})
	if err != nil {
		t.Fatal(err)
	}
	if text := d.Text(); !strings.Contains(text, "• 云栖算力｜我们预计公司") || !strings.Contains(text, "• 我们预计两家") || !strings.Contains(text, "【其他】") {
		t.Errorf("got\n%s", text)
	}
}

// hundred is a store of a hundred reports, made of the samples.
func hundred(t testing.TB) (*store.Store, []*report.Report) {
	t.Helper()
	f := samples(t)
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	var all []*report.Report
	for i := range 100 {
		r := *f.reports[i%len(f.reports)]
		id := fmt.Sprintf("%s-%d", r.ID, i)
		d := store.Document{Embedder: "none-2", Source: store.Source{Path: id, Hash: id, Version: 1}}
		for k, p := range f.passages[r.ID] {
			p.ID, p.ReportID = fmt.Sprintf("%s-%d", id, k), id
			d.Passages = append(d.Passages, p)
			d.Vectors = append(d.Vectors, []float32{1, 0})
		}
		for _, x := range f.facts[r.ID] {
			x.ReportID, x.PassageID = id, ""
			d.Facts = append(d.Facts, x)
		}
		r.ID = id
		d.Report = &r
		if _, err := s.Replace(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		all = append(all, &r)
	}
	return s, all
}

// A hundred new reports are a digest in less than two seconds, at best of
// three: this machine may be busy.
func TestHundredReports(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes its time")
	}
	s, all := hundred(t)
	best := time.Hour
	for range 3 {
		start := time.Now()
		d, err := digest.Compose(t.Context(), s, nil, all, all, digest.Digest{Lang: "zh"})
		if err != nil || d.Total != 100 {
			t.Fatalf("%d reports, %v", d.Total, err)
		}
		best = min(best, time.Since(start))
	}
	if best > 2*time.Second {
		t.Errorf("took %s", best)
	}
}

func BenchmarkHundredReports(b *testing.B) {
	s, all := hundred(b)
	for b.Loop() {
		d, err := digest.Compose(b.Context(), s, nil, all, all, digest.Digest{Lang: "zh"})
		if err != nil || len(d.Parts(3500, 7000, utf8.RuneCountInString)) < 2 {
			b.Fatal(err)
		}
	}
}

// A later try says how late it is, and ends its parts where the first one did.
func TestPartsOfALaterTry(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		w.come(fmt.Sprint("r", i), "default")
	}
	d, err := digest.Compose(t.Context(), w, nil, w.reports, w.reports, digest.Digest{Lang: "zh", Due: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for most := 300; most < 400; most++ {
		d.Late = 0
		first := d.Parts(most, most, utf8.RuneCountInString)
		d.Late = 11 * time.Hour
		later := d.Parts(most, most, utf8.RuneCountInString)
		if diff := cmp.Diff(first[1:], later[1:]); diff != "" {
			t.Fatalf("at %d (-first +later):\n%s", most, diff)
		}
		if !strings.Contains(later[0], "迟到 11 小时") {
			t.Fatalf("got %q", later[0])
		}
	}
}
