package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"reportbot/bot/eval"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// plain is BM25 (k1 1.2, b 0.75) over Han bigrams, words and numbers with the
// title in front of the text: what one gets without thinking, and what every
// part of our scoring must beat.
type plain struct {
	eval.Pipeline
	passages []report.Passage
	reports  []*report.Report
	tf       []map[string]int
	length   []int
	df       map[string]int
	mean     float64
}

func newPlain(_ context.Context, entries []retrieval.Entry) (eval.Pipeline, error) {
	p := &plain{df: map[string]int{}}
	for i := range entries {
		for _, passage := range entries[i].Passages {
			tf, n := map[string]int{}, 0
			for _, t := range plainTokens(entries[i].Report.Title + "\n" + passage.Text) {
				tf[t]++
				n++
			}
			for t := range tf {
				p.df[t]++
			}
			p.passages, p.reports = append(p.passages, passage), append(p.reports, &entries[i].Report)
			p.tf, p.length = append(p.tf, tf), append(p.length, n)
			p.mean += float64(n)
		}
	}
	p.mean /= float64(max(len(p.passages), 1))
	return p, nil
}

func (p *plain) Full(_ context.Context, _ []string, text string) string { return text }

func plainTokens(s string) (out []string) {
	var han []rune
	word := ""
	flush := func() {
		for i := range han {
			if i > 0 {
				out = append(out, string(han[i-1:i+1]))
			}
		}
		if word != "" {
			out = append(out, word)
		}
		han, word = nil, ""
	}
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.Is(unicode.Han, r):
			if word != "" {
				flush()
			}
			han = append(han, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if han != nil {
				flush()
			}
			word += string(r)
		default:
			flush()
		}
	}
	flush()
	return out
}

func (p *plain) Search(_ context.Context, q retrieval.Query) (retrieval.Found, error) {
	scores := make([]float64, len(p.passages))
	for _, t := range plainTokens(q.Text) {
		idf := math.Log(1 + (float64(len(p.passages)-p.df[t])+0.5)/(float64(p.df[t])+0.5))
		for i, tf := range p.tf {
			if f := float64(tf[t]); f > 0 {
				scores[i] += idf * f * 2.2 / (f + 1.2*(0.25+0.75*float64(p.length[i])/p.mean))
			}
		}
	}
	var order []int
	for i, s := range scores {
		if s > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(p.passages[a].ID, p.passages[b].ID))
	})
	var f retrieval.Found
	for _, i := range order[:min(len(order), q.Limit)] {
		f.Hits = append(f.Hits, retrieval.Hit{Passage: p.passages[i], Report: p.reports[i], Score: scores[i]})
	}
	return f, nil
}

// gain measures a folder both ways and returns the mean difference of nDCG@10
// and half its 95 % interval.
func gain(t *testing.T, dir string) (ours, theirs, difference, half float64) {
	t.Helper()
	f := newFlags("eval")
	a, err := f.settings(call{getenv: func(string) string { return "" }, streams: streams{err: io.Discard}})
	if err != nil {
		t.Fatal(err)
	}
	before, err := eval.Retrieval(t.Context(), dir, newPlain)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "plain.jsonl")
	if err := eval.WriteLines(out, before.Lines); err != nil {
		t.Fatal(err)
	}
	now, err := eval.Retrieval(t.Context(), dir, a.pipeline)
	if err != nil {
		t.Fatal(err)
	}
	diff, err := eval.Against(dir, now.Lines, out)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("nDCG@10 %.1f, plain BM25 %.1f, gain %+.1f ± %.1f, %.0f questions better, %.0f worse", 100*now.Metrics["ndcg@10"],
		100*before.Metrics["ndcg@10"], 100*diff.Metrics["ndcg@10_difference"], 100*diff.Metrics["ndcg@10_interval95"], diff.Metrics["better"], diff.Metrics["worse"])
	return now.Metrics["ndcg@10"], before.Metrics["ndcg@10"], diff.Metrics["ndcg@10_difference"], diff.Metrics["ndcg@10_interval95"]
}

// TestGainOverPlain sets the ranking beside plain BM25 on the graded folders.
func TestGainOverPlain(t *testing.T) {
	for _, folder := range []string{"fin-rageval-zh", "fin-news-zh", "rgb-zh", "conv-domainrag-zh"} {
		t.Run(folder, func(t *testing.T) {
			if _, _, d, half := gain(t, filepath.Join(shared(t), "eval", folder)); d-half <= 0 {
				t.Errorf("gain %.3f ± %.3f, want one beyond doubt", d, half)
			}
		})
	}
}

// TestGainOnFilings does the same on English filings of long pages, where many
// pages of many years say the same of other figures. They are generated; the
// questions ask in other forms of the words than the pages have.
func TestGainOnFilings(t *testing.T) {
	dir := filings(t)
	if ours, theirs, _, _ := gain(t, dir); ours < theirs {
		t.Errorf("nDCG@10 %.3f, plain BM25 %.3f: want no less", ours, theirs)
	}
}

// subjects of pages: what a page is on, and how a question asks for it.
var subjects = []struct{ heading, text, question string }{
	{"Legal Proceedings", "we were named as defendants in lawsuits alleging patent infringement and we settled two disputes", "What was the settlement of the patent lawsuit against %s in %d?"},
	{"Research and Development", "research and development expenses increased because we hired engineers and tested new products", "How much did %s spend on developing products in %d?"},
	{"Inventories", "inventories are stated at the lower of cost and net realizable value, and reserves for obsolete items were recorded", "Did %s record an inventory obsolescence reserve in %d?"},
	{"Leases", "the company leases stores, warehouses and offices under operating leases that expire at various dates", "How many years remain on the operating lease commitments of %s in %d?"},
	{"Income Taxes", "the effective tax rate decreased as a result of foreign earnings taxed at lower rates", "Why did the effective tax rate of %s fall in %d?"},
	{"Goodwill", "goodwill is tested for impairment annually and an impairment charge was recognized in one reporting unit", "Was goodwill impaired at %s in %d?"},
	{"Capital Expenditures", "capital expenditures consisted of new distribution centers, store remodels and information systems", "What did %s invest in distribution centres and remodelling in %d?"},
	{"Share Repurchases", "we repurchased common shares in the open market under a program approved by the board of directors", "How many shares did %s buy back under its repurchase programme in %d?"},
	{"Pension Plans", "benefit obligations of the defined benefit plans were discounted and contributions were made to the trust", "What did %s contribute to its defined benefit pension trust in %d?"},
	{"Revenue Recognition", "revenue is recognized when control of the goods passes to customers, net of discounts, returns and loyalty points", "When does %s recognise revenues from loyalty points in %d?"},
}

// filings writes a folder of twelve companies' filings of three years, whose
// pages are each on one subject among sentences that stand on every page.
func filings(t *testing.T) string {
	t.Helper()
	rnd := rand.New(rand.NewPCG(3, 4))
	names := []string{"Alder Foods", "Birch Retail", "Cedar Packaging", "Dogwood Energy", "Elm Motors", "Fir Beauty", "Ginkgo Software", "Hazel Airlines", "Iris Media", "Juniper Steel", "Katsura Pharma", "Larch Homes"}
	common := strings.Fields("the company its operations results year fiscal quarter total net sales income costs expenses increased decreased compared prior period primarily due higher lower percent million million customers products markets management believes may could result factors risks statements consolidated notes financial condition cash flows segment")
	filler := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(common[rnd.IntN(len(common))] + " ")
		}
		return b.String() + ". "
	}
	var passages, queries, qrels strings.Builder
	for _, name := range names {
		for year := 2021; year <= 2023; year++ {
			doc := fmt.Sprintf("%s-%d", strings.ReplaceAll(name, " ", ""), year)
			for i, s := range subjects {
				id := fmt.Sprintf("%s-p%d", doc, i+10)
				var text strings.Builder
				for k := range 12 {
					text.WriteString(filler(30 + rnd.IntN(30)))
					if k == 5 {
						text.WriteString(s.heading + ". In fiscal " + fmt.Sprint(year) + " " + s.text + fmt.Sprintf(", in the amount of $%d million. ", 10+rnd.IntN(900)))
					}
				}
				line(t, &passages, map[string]any{"id": id, "doc": doc, "title": fmt.Sprintf("%s %d Annual Report Form 10-K", name, year), "text": text.String()})
				q := fmt.Sprintf("q-%s-%d", doc, i)
				line(t, &queries, map[string]any{"id": q, "text": fmt.Sprintf(s.question, name, year), "answers": [][]string{}})
				fmt.Fprintf(&qrels, "%s\t%s\t1\n", q, id)
			}
		}
	}
	dir := t.TempDir()
	for name, b := range map[string]*strings.Builder{"passages.jsonl": &passages, "queries.jsonl": &queries, "qrels.tsv": &qrels} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func line(t *testing.T, b *strings.Builder, v any) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	b.Write(append(data, '\n'))
}
