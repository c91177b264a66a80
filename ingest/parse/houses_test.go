package parse

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

// houseCard is what somebody who had not seen the program wrote down of a
// report: its metadata and words that must, or must not, be evidence.
type houseCard struct {
	card
	Price        *float64
	Related      []report.Related
	PrintedFirst *struct {
		Physical int
		Label    string
	} `json:"printed_first"`
	Order  []string `json:"page1_order"`
	Side   []string `json:"page1_side"`
	Never  []string
	Must   []string
	Joined []string
	TOC    []heading `json:"toc"`
}

type heading struct {
	Number, Title string
	Page          int
}

func houseCards(t *testing.T, path string) []houseCard {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []houseCard
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var c houseCard
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// score counts what of a kind was read right.
type score struct{ right, all map[string]int }

func (s *score) count(t *testing.T, c *houseCard, field string, right bool, got, want any) {
	s.all[field]++
	if right {
		s.right[field]++
		return
	}
	t.Logf("%.28s: %s = %v, want %v", c.Report, field, got, want)
}

// TestHouses reads reports in the layouts of many houses. Whoever made them
// and wrote the cards had not seen this code; no rule was made for the second
// set.
func TestHouses(t *testing.T) {
	e := withEngine(t)
	// Exact, so that a change for better or worse is seen and written down.
	for set, want := range map[string]map[string]int{
		"houses": {
			"title": 24, "publisher": 24, "published": 24, "analysts": 53, "no_more_analysts": 24, "rating": 24, "rating_action": 24,
			"target_price": 24, "price": 23, "securities": 24, "industry": 18, "language": 24, "pages": 24, "label": 2, "related": 48,
			"headings": 173, "page1_order": 24, "must": 209, "never": 154, "joined": 15,
		},
		"houses2": {
			"title": 16, "publisher": 15, "published": 16, "analysts": 32, "no_more_analysts": 16, "rating": 16, "rating_action": 16,
			"target_price": 16, "price": 16, "securities": 16, "industry": 12, "language": 16, "pages": 16, "label": 1, "related": 22,
			"headings": 134, "page1_order": 16, "must": 128, "never": 83, "joined": 8,
		},
	} {
		t.Run(set, func(t *testing.T) {
			dir := filepath.Join(testdata, set)
			s := score{map[string]int{}, map[string]int{}}
			for _, c := range houseCards(t, filepath.Join(dir, "cards.jsonl")) {
				r := readFile(t, e, filepath.Join(dir, c.Report))
				s.metadata(t, &c, r)
				s.text(t, &c, r)
			}
			for _, field := range sortedKeys(s.all) {
				t.Logf("%-16s %d of %d", field, s.right[field], s.all[field])
			}
			if diff := cmp.Diff(s.right, want); diff != "" {
				t.Errorf("read right (-got +want), of %v:\n%s", s.all, diff)
			}
		})
	}
}

func sortedKeys(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (s *score) metadata(t *testing.T, c *houseCard, r *report.Report) {
	same := func(field, got, want string) { s.count(t, c, field, got == want, got, want) }
	number := func(field string, got float64, want *float64) {
		w := 0.0
		if want != nil {
			w = *want
		}
		s.count(t, c, field, got == w, got, w)
	}
	same("title", letters(r.Title), letters(c.Title))
	same("publisher", r.Publisher, c.Publisher)
	same("published", r.Published, c.Published)
	same("rating", r.Rating, c.Rating)
	same("rating_action", r.RatingAction, c.RatingAction)
	same("industry", r.Industry, c.Industry)
	same("language", r.Language, c.Language)
	number("target_price", r.TargetPrice, c.TargetPrice)
	number("price", r.Price, c.Price)
	var got, want []string
	for _, a := range r.Analysts {
		got = append(got, a.License+" "+a.Name)
	}
	for _, a := range c.Analysts {
		want = append(want, strings.ToUpper(a.License)+" "+a.Name)
	}
	slices.Sort(got)
	slices.Sort(want)
	for _, w := range want {
		s.count(t, c, "analysts", slices.Contains(got, w), got, w)
	}
	s.count(t, c, "no_more_analysts", len(got) <= len(want), got, want)
	gotSec, wantSec := codes(r.Securities), codes(c.Securities)
	s.count(t, c, "securities", slices.Equal(gotSec, wantSec), gotSec, wantSec)
	for _, w := range c.Related {
		found := slices.ContainsFunc(r.Related, func(g report.Related) bool {
			return letters(g.Title) == letters(w.Title) && g.Published == w.Published
		})
		s.count(t, c, "related", found, r.Related, w)
	}
	if p := c.PrintedFirst; p != nil {
		same("label", r.Label(p.Physical), p.Label)
	}
	if c.Pages > 0 {
		s.count(t, c, "pages", r.Pages == c.Pages, r.Pages, c.Pages)
	}
}

func codes(ss []report.Security) []string {
	var out []string
	for _, s := range ss {
		number, _, _ := strings.Cut(s.Code, ".")
		if number != "" {
			out = append(out, number)
		}
	}
	slices.Sort(out)
	return out
}

func (s *score) text(t *testing.T, c *houseCard, r *report.Report) {
	var evidence strings.Builder
	for _, sec := range r.Sections {
		if sec.Role != report.Body && sec.Role != report.Front {
			continue
		}
		evidence.WriteString(sec.Number + sec.Title + "\n")
		for _, b := range sec.Blocks {
			evidence.WriteString(b.Text + "\n")
		}
	}
	all := loose(evidence.String())
	for _, w := range c.Never {
		s.count(t, c, "never", !strings.Contains(all, loose(w)), "evidence", w)
	}
	for _, w := range c.Must {
		s.count(t, c, "must", strings.Contains(all, loose(w)), "missing", w)
	}
	for _, w := range c.Joined {
		s.count(t, c, "joined", joinedIn(r, w), "cut", w)
	}
	at := -1
	inOrder := true
	for i, w := range c.Order {
		k := strings.Index(all[max(at, 0):], loose(w)) // words of the title may stand before
		if k >= 0 {
			k += max(at, 0)
		}
		if k < 0 {
			t.Logf("%.28s: order: %q at %d after %d", c.Report, w, k, at)
			inOrder = false
		}
		if i > 0 && k > at && at >= 0 {
			for _, side := range c.Side {
				if strings.Contains(all[at:k], loose(side)) {
					t.Logf("%.28s: %q stands between %q and %q", c.Report, side, c.Order[i-1], w)
					inOrder = false
				}
			}
		}
		at = max(at, k)
	}
	if len(c.Order) > 0 {
		s.count(t, c, "page1_order", inOrder, "", "")
	}
	heads := append([]heading(nil), c.TOC...)
	for _, h := range c.Outline {
		heads = append(heads, heading{h.Number, h.Title, h.Page})
	}
	for _, h := range heads {
		s.count(t, c, "headings", hasSection(r.Sections, promise{solidNFKC(h.Number + h.Title), h.Page}), "missing", h)
	}
}

// loose is the form in which probes are looked for.
func loose(s string) string { return strings.ToLower(solidNFKC(unradical(s))) }

// joinedIn reports whether one block holds a sentence whole.
func joinedIn(r *report.Report, sentence string) bool {
	for _, sec := range r.Sections {
		for _, b := range sec.Blocks {
			if strings.Contains(loose(b.Text), loose(sentence)) {
				return true
			}
		}
	}
	return false
}
