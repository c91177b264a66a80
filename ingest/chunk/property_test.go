package chunk

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

var kinds = []report.Kind{report.Prose, report.Prose, report.List, report.Table, report.Caption, report.Risk}

// check holds a report's passages to all that the package promises of any
// report. Its texts must not hold the same character twice on different
// pages: pages is where each stands.
func check(t *testing.T, r *report.Report) []report.Passage {
	t.Helper()
	ps := Passages(r)
	if diff := cmp.Diff(ps, Passages(r)); diff != "" {
		t.Errorf("the second time (-first +second):\n%s", diff)
	}
	ids := map[string]bool{}
	for i, p := range ps {
		if want := fmt.Sprintf("%s-%04d", r.ID, i+1); p.ID != want || p.ReportID != r.ID || ids[p.ID] {
			t.Errorf("passage %d has ID %s of report %s, want %s", i, p.ID, p.ReportID, want)
		}
		ids[p.ID] = true
		if strings.TrimSpace(p.Text) == "" {
			t.Errorf("passage %s is blank", p.ID)
		}
		most := longest
		if p.Kind == report.Table { // caption, header, rows with their line ends, source
			most = 3*target + 2*tableMax
		}
		if n := utf8.RuneCountInString(p.Text); n > most {
			t.Errorf("passage %s (%s) has %d runes, more than %d", p.ID, p.Kind, n, most)
		}
		last := 0
		for _, turn := range p.Turns {
			if turn.Offset < last || turn.Offset >= len(p.Text) {
				t.Errorf("passage %s of %d bytes has turns %v", p.ID, len(p.Text), p.Turns)
			}
			last = turn.Offset
		}
		if got := p.PageAt(len(p.Text)); got != p.PageTo {
			t.Errorf("passage %s ends on page %d, PageTo says %d", p.ID, got, p.PageTo)
		}
	}
	return ps
}

// letters is s without white space.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// evidence is all that may be found in r.
func evidence(r *report.Report) string {
	var b strings.Builder
	for _, s := range r.Sections {
		if s.Role == report.Body || s.Role == report.Front {
			for _, block := range s.Blocks {
				b.WriteString(block.Text)
			}
		}
	}
	return letters(b.String())
}

// mustHold checks that the passages are want, in order, but for what a split
// table repeats: a head of the table's passage before. Where one could read a
// passage with or without a repeated head, both are followed.
func mustHold(t *testing.T, ps []report.Passage, want string) {
	t.Helper()
	ends := map[int]bool{0: true} // where in want the passages so far may end
	before := ""
	for _, p := range ps {
		got := letters(p.Text)
		next := map[int]bool{}
		for at := range ends {
			for head := 0; head == 0 || head < len(got) && head <= len(before) && got[:head] == before[:head]; head++ {
				if p.Kind == report.Table && strings.HasPrefix(want[at:], got[head:]) || head == 0 && strings.HasPrefix(want[at:], got) {
					next[at+len(got)-head] = true
				}
			}
		}
		if len(next) == 0 {
			t.Fatalf("passage %s holds what does not stand there: %q", p.ID, p.Text)
		}
		ends, before = next, got
	}
	if !ends[len(want)] {
		t.Errorf("lost: of %d bytes the passages hold %v", len(want), ends)
	}
}

// random makes a report in which every character tells its page: the n-th
// page uses the n-th hundred of Han characters.
func random(rnd *rand.Rand) *report.Report {
	r := &report.Report{ID: "r1"}
	page := 1
	roles := []report.Role{report.Front, report.Body, report.Body, report.Body, report.Contents, report.Disclaimer, report.Advert}
	for range 1 + rnd.IntN(6) {
		s := report.Section{Number: fmt.Sprint(rnd.IntN(3)), Title: "节", Level: 1 + rnd.IntN(3), Role: roles[rnd.IntN(len(roles))]}
		for range rnd.IntN(8) {
			s.Blocks = append(s.Blocks, randomBlock(rnd, &page))
		}
		r.Sections = append(r.Sections, s)
	}
	return r
}

func randomBlock(rnd *rand.Rand, page *int) report.Block {
	b := report.Block{Kind: kinds[rnd.IntN(len(kinds))]}
	if rnd.IntN(4) == 0 {
		*page++
	}
	b.Page = *page
	n := 1 + rnd.IntN([]int{10, 300, 900, 3000}[rnd.IntN(4)])
	var text strings.Builder
	for range n {
		switch rnd.IntN(60) {
		case 0:
			text.WriteString("。")
		case 1:
			text.WriteString("\n")
		case 2:
			text.WriteString([]string{"，", "：", "\t", " "}[rnd.IntN(4)])
		case 3:
			if rnd.IntN(20) == 0 {
				*page++
				b.Turns = append(b.Turns, report.PageTurn{Offset: text.Len(), Page: *page})
			}
		}
		text.WriteRune(mark(*page, rnd.IntN(100)))
	}
	if rnd.IntN(6) == 0 {
		text.WriteString("：")
	}
	b.Text = text.String()
	return b
}

func mark(page, n int) rune { return rune(0x4E00 + 100*page + n) }

func TestAnyReport(t *testing.T) {
	for seed := range uint64(1000) {
		r := random(rand.New(rand.NewPCG(seed, 1)))
		ps := check(t, r)
		mustHold(t, ps, evidence(r))
		for _, p := range ps {
			for i, c := range p.Text {
				if c < 0x4E00 || c >= 0x9FFF {
					continue
				}
				if want := int(c-0x4E00) / 100; p.PageAt(i) != want {
					t.Errorf("passage %s, byte %d: page %d, want %d", p.ID, i, p.PageAt(i), want)
				}
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, r)
		}
	}
}

// FuzzPassages reads a report from any text: a line that begins with # opens
// a section, with its second character the level and its third the role; of
// any other, the first character is the kind. 文\f文 turns the page.
func FuzzPassages(f *testing.F) {
	f.Add("#1b一、行业\np正文：\nl甲\nl乙\n#2b\nc图 1\nt头\\n甲\t1\\n乙\t2\nc来源：公司")
	f.Add("#1dx\npy\n#1b\nr风险\fp\nt\nc\np：")
	f.Add("p" + strings.Repeat("字，", 800) + "\nl" + strings.Repeat("项：", 400))
	f.Add("c图\nt" + strings.Repeat("头", 100) + strings.Repeat("\\n甲\t12", 400) + "\nc注：")
	f.Fuzz(func(t *testing.T, s string) {
		r := read(s)
		mustHold(t, check(t, r), evidence(r))
	})
}

func read(s string) *report.Report {
	roles := map[byte]report.Role{'d': report.Disclaimer, 'a': report.Advert, 'c': report.Contents, 'f': report.Front}
	r := &report.Report{ID: "r1", Sections: []report.Section{{}}}
	page := 1
	for line := range strings.SplitSeq(strings.ToValidUTF8(s, ""), "\n") {
		if len(line) > 2 && line[0] == '#' {
			r.Sections = append(r.Sections, report.Section{Level: int(line[1]), Role: roles[line[2]], Title: line[3:]})
			continue
		}
		if line == "" {
			continue
		}
		b := report.Block{Kind: kinds[int(line[0])%len(kinds)], Page: page}
		for i, part := range strings.Split(line, "\f") {
			if i > 0 {
				page++
				b.Turns = append(b.Turns, report.PageTurn{Offset: len(b.Text), Page: page})
			}
			b.Text += strings.ReplaceAll(part, `\n`, "\n")
		}
		last := &r.Sections[len(r.Sections)-1]
		last.Blocks = append(last.Blocks, b)
	}
	return r
}
