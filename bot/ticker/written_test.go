package ticker_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot/ticker"
	"reportbot/ingest/report"
)

// model writes a sentence a report, and notes which reports it was given.
type model struct {
	mu     sync.Mutex
	given  []string // publishers
	silent string   // the publisher whose reports it has nothing to say of
}

func (m *model) Write(ctx context.Context, r *report.Report, passages []report.Passage, lang string) []ticker.Sentence {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.given = append(m.given, r.Publisher+" "+lang)
	if _, bounded := ctx.Deadline(); !bounded || r.Publisher == m.silent {
		return nil
	}
	p := passages[0]
	cite := report.Citation{PassageID: p.ID, Page: p.PageFrom, Quote: string([]rune(p.Text)[:8])}
	return []ticker.Sentence{
		{Text: "它说自己读过别的研报。", Citations: []report.Citation{{PassageID: "of another report", Quote: "x"}}},
		{Text: r.Publisher + "看好它。", Citations: []report.Citation{cite}},
	}
}

// A model's sentences are the arguments of a house where they cite its report;
// what a report says of itself stands where the model has nothing. Reports on
// several companies are not given to it, and risks, like all figures, are the
// reports' own.
func TestModelWritesArguments(t *testing.T) {
	d := samples(t)
	quoted := d.card("999230")
	for _, c := range []struct{ silent, want string }{
		{"", "望江证券看好它。|青岚证券看好它。"},
		{"望江证券", "出货指引难以兑现。|下调评级与目标价。|青岚证券看好它。"},
	} {
		m := &model{silent: c.silent}
		tk := ticker.New(d.corpus, known(), m)
		card, err := tk.Card(t.Context(), ticker.Query{Text: "999230", Scope: everything, Now: today})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range card.Points {
			head, _, _ := strings.Cut(p.Text, "。")
			got = append(got, head+"。")
			for _, n := range p.Citations {
				if k := card.Citations[n-1]; k.Report.Publisher != p.Publisher || k.PassageID == "" {
					t.Errorf("%s cites %+v", p.Text, k)
				}
			}
		}
		if s := strings.Join(got, "|"); s != c.want || !card.Written {
			t.Errorf("points %s (written: %v), want %s", s, card.Written, c.want)
		}
		if slices.Sort(m.given); !slices.Equal(m.given, []string{"望江证券 zh", "青岚证券 zh"}) {
			t.Errorf("the model was given reports of %q", m.given)
		}
		said := func(all []ticker.Said) (out []string) {
			for _, s := range all {
				out = append(out, s.Text)
			}
			return out
		}
		if diff := cmp.Diff(said(quoted.Risks), said(card.Risks)); diff != "" {
			t.Errorf("risks (-quoted +with a model):\n%s", diff)
		}
		text := ""
		for _, b := range card.Blocks() {
			text += b.Title + "\n"
		}
		if !strings.Contains(text, "投资要点（由语言模型概括") {
			t.Errorf("not said whose words they are:\n%s", text)
		}
	}
	if quoted.Written {
		t.Error("quotes are said to be written by a model")
	}
	m := &model{}
	if _, err := ticker.New(d.corpus, known(), m).Card(t.Context(), ticker.Query{Text: "999356", Scope: everything, Now: today}); err != nil || len(m.given) > 0 {
		t.Errorf("of a company that shared reports alone are on, the model was given reports of %q; %v", m.given, err)
	}
}
