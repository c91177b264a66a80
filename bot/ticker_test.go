package bot_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/ticker"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// cards makes the same card of everything.
type cards struct {
	card ticker.Card
	err  error
	got  *ticker.Query
}

func (c cards) Card(_ context.Context, q ticker.Query) (ticker.Card, error) {
	*c.got = q
	return c.card, c.err
}

func TestTickerMakesTheCardOfWhatWasTyped(t *testing.T) {
	d, got := newDesk(t), ticker.Query{}
	card := ticker.Card{Status: ticker.Answered, Lang: "zh", Security: report.Security{Name: "星河智能", Code: "999230.SZ"}, Note: "仅含：青岚证券。",
		Ratings:   []ticker.Rating{{Row: ticker.Row{Publisher: "青岚证券", Date: "2026-08-28", Citation: 1}, Rating: "买入", Action: "维持"}},
		Forecasts: []ticker.Forecast{{Row: ticker.Row{Publisher: "青岚证券", Date: "2026-08-28", Citation: 2}, Metric: report.EPS, Period: "2026", Value: 1.29, Unit: "元"}},
		Citations: []report.Citation{{N: 1, PassageID: "p1"}, {N: 2, PassageID: "p2"}}}
	ask := bot.Message{Kind: bot.Ticker, Text: "999230 青岚", Scope: both, Now: noon, Lang: "zh"}
	b := bot.New(d.answerer(), d, nil, bot.Options{Cards: cards{card: card, got: &got}})
	r, err := b.Handle(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ticker.Query{Text: ask.Text, Scope: retrieval.Scope(both), Now: noon, Lang: "zh"}, got); diff != "" {
		t.Errorf("query: -want +got:\n%s", diff)
	}
	want := "星河智能（999230.SZ）\n仅含：青岚证券。\n\n最新评级\n青岚证券  买入（维持）  2026-08-28 [1]\n\n盈利预测\n2026E 日期\nEPS（元） 青岚证券 1.29 2026-08-28 [2]\n\n研报\n"
	if a := r.Answer; a.Status != answer.Answered || len(a.Citations) != 2 || len(a.Record.Passages) != 2 || len(a.Text) < len(want) || a.Text[:len(want)] != want {
		t.Errorf("answer %q with %d citations:\n%s\nwant\n%s", a.Status, len(a.Citations), a.Text, want)
	}
	if r.Kind != bot.Ticker || r.Card == nil || r.Lang != "zh" {
		t.Errorf("reply: %+v", r)
	}
}

func TestTickerSaysWhyThereIsNoCard(t *testing.T) {
	d, got := newDesk(t), ticker.Query{}
	for _, status := range []ticker.Status{ticker.Ambiguous, ticker.Unknown, ticker.Empty, ticker.Blank} {
		b := bot.New(d.answerer(), d, nil, bot.Options{Cards: cards{card: ticker.Card{Status: status, Lang: "en", Reason: "Which one?"}, got: &got}})
		r, err := b.Handle(t.Context(), bot.Message{Kind: bot.Ticker, Text: "x", Scope: both, Now: noon})
		if err != nil || r.Answer.Status != answer.Abstained || r.Answer.Text != "Which one?" || r.Answer.Reason.Code != string(status) || r.Card == nil {
			t.Errorf("%s: %+v %v", status, r, err)
		}
	}
	broken := errors.New("the disk is gone")
	b := bot.New(d.answerer(), d, nil, bot.Options{Cards: cards{err: broken, got: &got}})
	if _, err := b.Handle(t.Context(), bot.Message{Kind: bot.Ticker, Text: "x", Scope: both, Now: noon}); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}
