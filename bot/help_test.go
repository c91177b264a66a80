package bot_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// What asks for nothing gets an introduction in its language with questions that
// are answered here; what only begins so is a question.
func TestHelp(t *testing.T) {
	d := newDesk(t)
	b := bot.New(d.answerer(), d, nil, bot.Options{})
	for _, c := range []struct {
		text        string
		asked, kind bot.Kind
		lang, lead  string
	}{
		{"", bot.Question, bot.Help, "zh", "你好，我根据研报回答问题"}, // as most of the reports
		{" ？ ", bot.Question, bot.Help, "zh", "你好，我根据研报回答问题"},
		{"你好！", bot.Question, bot.Help, "zh", "你好，我根据研报回答问题"},
		{"帮助", bot.Question, bot.Help, "zh", "你好，我根据研报回答问题"},
		{"你能做什么？", bot.Question, bot.Help, "zh", "你好，我根据研报回答问题"},
		{"/help", bot.Question, bot.Help, "en", "Hello, I answer questions from broker reports."},
		{"help", bot.Reports, bot.Help, "en", "Hello, I answer questions from broker reports."},
		{"hi", bot.Help, bot.Help, "en", "Hello, I answer questions from broker reports."},
		{"谢谢，辛苦了！", bot.Question, bot.Help, "zh", "不客气"},
		{"Thanks a lot!", bot.Question, bot.Help, "en", "You are welcome."},
		{"你好，星河智能的目标价是多少？", bot.Question, bot.Question, "zh", "青岚"},
		{"", bot.Reports, bot.Reports, "zh", "已入库的研报共 7 篇"},
	} {
		r, err := b.Handle(t.Context(), bot.Message{Kind: c.asked, Text: c.text, Scope: both, Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind != c.kind || r.Lang != c.lang || !strings.HasPrefix(r.Answer.Text, c.lead) && c.kind != bot.Question || r.Searched != 7 {
			t.Errorf("%q: kind %q, language %s, of %d reports\n%s\nwant %q %s %s", c.text, r.Kind, r.Lang, r.Searched, r.Answer.Text, c.kind, c.lang, c.lead)
		}
		if help := c.kind == bot.Help; (len(r.Suggestions) == 3) != help || help && r.Answer.Status != answer.Abstained {
			t.Errorf("%q: %s, suggests %q", c.text, r.Answer.Status, r.Suggestions)
		}
	}
	r, err := b.Handle(t.Context(), bot.Message{Text: "hello", Lang: "zh", Scope: retrieval.Scope{"none"}, Now: noon})
	if want := bot.Introduction("zh", ""); err != nil || r.Answer.Text != want || r.Answer.Status != answer.Unavailable || len(r.Suggestions) > 0 {
		t.Errorf("without reports: %+v, %v", r, err)
	}
}

// Whatever is suggested is answered, from reports in the scope, and names nothing
// outside it.
func TestSuggestions(t *testing.T) {
	d := allReports(t)
	b := bot.New(d.answerer(), d, nil, bot.Options{})
	reports, err := d.Reports(t.Context(), d.all)
	if err != nil {
		t.Fatal(err)
	}
	scopes := []retrieval.Scope{d.all}
	for i, c := range d.all {
		scopes = append(scopes, retrieval.Scope{c}, retrieval.Scope{c, d.all[(i+3)%len(d.all)]})
	}
	made := 0
	for _, scope := range scopes {
		var inside, outside []string
		for _, r := range reports {
			names := []string{r.Publisher}
			for _, s := range r.Securities {
				names = append(names, s.Name)
			}
			if scope.Has(r.Collection) {
				inside = append(inside, names...)
			} else {
				outside = append(outside, names...)
			}
		}
		for _, lang := range []string{"zh", "en"} {
			all := b.Suggest(t.Context(), scope, lang)
			if len(all) == 0 {
				t.Errorf("%s in %s: none", scope, lang)
			}
			made += len(all)
			for _, q := range all {
				r, err := b.Handle(t.Context(), bot.Message{Text: q, Scope: scope, Now: noon})
				if err != nil || r.Kind != bot.Question || r.Question != "" || r.Answer.Status != answer.Answered || len(r.Answer.Citations) == 0 {
					t.Errorf("%s: %q became %s %q, %v", scope, q, r.Kind, r.Answer.Text, err)
				}
				for _, name := range outside {
					if strings.Contains(q, name) && !slices.Contains(inside, name) {
						t.Errorf("%s: %q names %s", scope, q, name)
					}
				}
			}
			if len(scope) > 2 {
				t.Logf("%s: %q", lang, all)
			}
		}
	}
	t.Logf("%d suggestions in %d scopes", made, len(scopes))
}

// newest is a desk of which only so many reports are there yet.
type newest struct {
	desk
	n int
}

func (d *newest) Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	all, err := d.desk.Reports(ctx, scope)
	return all[:min(d.n, len(all))], err
}

// What is suggested is of different companies, is kept, and is made anew when
// reports came.
func TestSuggestionsFollow(t *testing.T) {
	d := &newest{newDesk(t), 1}
	h := &quoted{Answerer: d.answerer()}
	b := bot.New(h, d, nil, bot.Options{})
	for _, c := range []struct {
		reports int
		lang    string
		again   bool // nothing new is there: nothing is tried
		want    []string
	}{
		{1, "zh", false, []string{"What is Beichen International's target price for FarSail Technology?", "What are the risks for FarSail Technology?", "What does Beichen International say about FarSail Technology?"}},
		{1, "zh", true, []string{"What is Beichen International's target price for FarSail Technology?", "What are the risks for FarSail Technology?", "What does Beichen International say about FarSail Technology?"}},
		{7, "zh", false, []string{"青岚证券给澜海储能的目标价是多少？", "星河智能有哪些风险？", "What does Beichen International say about FarSail Technology?"}},
	} {
		d.n, h.asked = c.reports, 0
		if diff := cmp.Diff(c.want, b.Suggest(t.Context(), both, c.lang)); diff != "" {
			t.Errorf("of %d reports (-want +got):\n%s", c.reports, diff)
		}
		if (h.asked == 0) != c.again {
			t.Errorf("of %d reports: %d questions were tried", c.reports, h.asked)
		}
	}
}

// quoted counts what is asked without a model.
type quoted struct {
	*answer.Answerer
	asked int
}

func (q *quoted) Quote(ctx context.Context, query retrieval.Query) (answer.Answer, error) {
	q.asked++
	return q.Answerer.Quote(ctx, query)
}

// collections is a desk with each sample report in a collection of its own.
type collections struct {
	desk
	all retrieval.Scope
}

func allReports(t testing.TB) collections {
	t.Helper()
	files, err := filepath.Glob("../ingest/testdata/reports/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var out collections
	var entries []retrieval.Entry
	reader := parse.NewReader("", parse.Limits{}) // its engine takes seconds to start, once
	for _, f := range files {
		if raceEnabled && filepath.Ext(f) == ".pdf" { // there it takes a minute, and reading is not what is watched
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		e := read(t, reader, filepath.Base(f), data)
		e.Report.Collection = e.Report.ID
		out.all = append(out.all, e.Report.ID)
		entries = append(entries, e)
	}
	out.desk = deskOf(t, entries)
	return out
}
