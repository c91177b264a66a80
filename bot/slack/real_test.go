package slack_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/eval"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/ingest/chunk"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/vector"
)

// shelf is the searcher over the sample reports that need no PDF engine.
type shelf struct {
	*retrieval.Searcher
	words    *lexical.Index
	known    *security.Directory
	passages []report.Passage
}

func (d shelf) Rarity(scope retrieval.Scope, t text.Token) float64 { return d.words.Rarity(scope, t) }

func newShelf(t testing.TB) shelf {
	t.Helper()
	files, err := filepath.Glob("../../ingest/testdata/reports/*")
	if err != nil {
		t.Fatal(err)
	}
	d := shelf{words: lexical.New(), known: security.NewDirectory()}
	d.known.AddKnown()
	reader := parse.NewReader("", parse.Limits{})
	var entries []retrieval.Entry
	for _, f := range files {
		if filepath.Ext(f) == ".pdf" {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := reader.Read(t.Context(), filepath.Base(f), b)
		if err != nil {
			t.Fatal(err)
		}
		r.ID, r.Collection = filepath.Base(f), "default"
		if strings.Contains(f, "首次覆盖深度") {
			r.Collection = "desk"
		}
		e := retrieval.Entry{Report: *r, Passages: chunk.Passages(r)}
		e.Report.Sections = nil
		var texts []string
		for i := range e.Passages {
			texts = append(texts, report.EmbedText(&e.Report, &e.Passages[i]))
		}
		if e.Vectors, err = (vector.Builtin{}).Embed(t.Context(), texts); err != nil {
			t.Fatal(err)
		}
		d.passages = append(d.passages, e.Passages...)
		entries = append(entries, e)
	}
	if d.Searcher, err = retrieval.NewSearcher(t.Context(), eval.NewMemory(entries, "builtin"), d.words, vector.New(), vector.Builtin{}, 0); err != nil {
		t.Fatal(err)
	}
	d.Know(d.known)
	return d
}

// Passages makes a shelf a Reader.
func (d shelf) Passages(_ context.Context, ids []string) ([]report.Passage, error) {
	var out []report.Passage
	for _, id := range ids {
		for _, p := range d.passages {
			if p.ID == id {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

// Passages are shown after a restart too, to those who may see them.
func TestPassages(t *testing.T) {
	d := newShelf(t)
	real := bot.New(answer.New(d, nil, d.known, answer.Options{}), d, nil, bot.Options{})
	inSlackWith(t, desk, real, func(t *testing.T, r *rig) {
		r.stop()
		opt := slack.Options{AppToken: slacktest.AppToken, Reader: d}
		r.start(real, opt)
		r.Say("C1", "U1", slacktest.Mention("云栖算力的评级是什么？"), "")
		r.settle(20 * time.Second)
		m := r.one("C1")
		r.stop()
		r.start(real, opt)
		r.Press(m, "U1", "passages", true)
		r.settle(time.Second)
		moved := m
		moved.Channel = "C9" // as if somebody who may not ask here had pressed
		r.Press(moved, "U1", "passages", true)
		r.settle(time.Second)
		v := r.Views()
		if len(v) != 2 {
			t.Fatalf("modals: %v\n%s", v, r.log)
		}
		var texts []string
		for _, v := range v {
			b := ""
			for _, x := range list(v["blocks"]) {
				text, _ := x["text"].(map[string]any)
				s, _ := text["text"].(string)
				b += s + "\n"
			}
			texts = append(texts, b)
		}
		wantAll(t, texts[0], "（已引用）望江证券 《算力租赁走向分化", "维持公司“买入”评级与 128.00 元的目标价不变")
		if !strings.HasPrefix(texts[0], "（已引用）") {
			t.Errorf("what is cited does not come first: %s", texts[0])
		}
		if strings.Contains(texts[0], "从机柜出租到算力运营") || strings.Contains(texts[1], "128.00") {
			t.Errorf("shown: %s", texts)
		}
		a, ok, err := r.state.Answer(t.Context(), strings.TrimLeft(answerOf(m), "+-"))
		if err != nil || !ok || len(a.Passages) == 0 {
			t.Fatalf("%+v %v %v", a, ok, err)
		}
		for _, p := range a.Passages {
			if p.ReportID == "" {
				t.Errorf("a passage without its report: %+v", p)
			}
		}
	})
}

// leaving is a Reader whose reports may go.
type leaving struct {
	shelf
	gone *atomic.Bool
}

func (l leaving) Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	if l.gone.Load() {
		return nil, nil
	}
	return l.shelf.Reports(ctx, scope)
}

func (l leaving) Passages(ctx context.Context, ids []string) ([]report.Passage, error) {
	if l.gone.Load() {
		return nil, nil
	}
	return l.shelf.Passages(ctx, ids)
}

// What was quoted of a report that was removed since, or is under embargo now,
// is not shown again, although this process still has it in memory.
func TestSourcesOfWhatIsGone(t *testing.T) {
	d := leaving{newShelf(t), new(atomic.Bool)}
	real := bot.New(answer.New(d, nil, d.known, answer.Options{}), d, nil, bot.Options{})
	inSlackWith(t, desk, real, func(t *testing.T, r *rig) {
		r.stop()
		r.start(real, slack.Options{AppToken: slacktest.AppToken, Reader: d})
		r.Say("C1", "U1", slacktest.Mention("云栖算力的评级是什么？"), "")
		r.settle(20 * time.Second)
		m := r.one("C1")
		for _, gone := range []bool{false, true, false} {
			d.gone.Store(gone)
			for _, button := range []string{"sources", "passages"} {
				before := len(r.Views())
				r.Send("interactive", r.Action(m, "U1", button, strings.TrimLeft(answerOf(m), "+-"))) // a message with few sources has no such button
				r.settle(time.Second)
				v := r.Views()
				if len(v) != before+1 {
					t.Fatalf("%s, gone %v: %d modals\n%s", button, gone, len(v)-before, r.log)
				}
				text := fmt.Sprint(v[before])
				if shown := strings.Contains(text, "128.00") || strings.Contains(text, "算力租赁走向分化"); shown == gone {
					t.Errorf("%s, gone %v: %s", button, gone, text)
				}
			}
		}
	})
}

// The real bot over the sample reports: what is quoted under an answer stands
// in a report, what the channel may not see is neither quoted nor named.
func TestRealBot(t *testing.T) {
	d := newShelf(t)
	real := bot.New(answer.New(d, nil, d.known, answer.Options{}), d, nil, bot.Options{})
	quoted := regexp.MustCompile(`“([^”…]+)”`)
	inSlackWith(t, desk, real, func(t *testing.T, r *rig) {
		ts, _ := r.Say("C1", "U1", slacktest.Mention("星河智能的目标价是多少？"), "")
		r.Say("C1", "U1", slacktest.Mention("它的评级呢"), ts)
		r.Say("C1", "U1", slacktest.Mention("云栖算力的单卡租赁毛利率是多少？"), "") // on the desk alone
		r.Say("D1", "U1", "云栖算力的评级是什么？", "")
		r.Say("C1", "U1", slacktest.Mention("你好"), "")
		r.Command("/report", "C1", "U1", "望江")
		r.settle(30 * time.Second)
		got := r.Said("C1")
		if len(got) != 6 { // one question is answered to the asker alone, too
			t.Fatalf("%d messages: %+v\n%s", len(got), got, r.log)
		}
		all := ""
		for _, m := range got {
			all += m.Everything()
		}
		wantAll(t, all, "目标价：36.00元 [1]", "望江证券 《应收高企与客户自研是被忽视的变量，评级下调至中性》 2026-09-02")
		held := 0
		for _, m := range got {
			if m.To == "" && strings.Contains(m.Everything(), "从机柜出租到算力运营") {
				t.Errorf("the channel is told of the desk's report: %s", m.Everything())
			}
			for _, q := range quoted.FindAllStringSubmatch(m.Everything(), -1) {
				if d.holds(q[1]) { // what a report's front says stands in no passage
					held++
				}
			}
			if m.Streaming {
				t.Error("a stream is open")
			}
		}
		if held == 0 {
			t.Error("no quote stands in a passage")
		}
		wantAll(t, r.one("D1").Everything(), "云栖算力", "望江证券")
		r.unfinished(0)
	})
}

// holds reports whether a quote stands in a passage, white space aside.
func (d shelf) holds(quote string) bool {
	squeeze := strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", " ", "", "\n", "", "\t", "")
	for _, p := range d.passages {
		if strings.Contains(squeeze.Replace(p.Text), squeeze.Replace(quote)) {
			return true
		}
	}
	return false
}

// BenchmarkAck measures from an event's delivery to its ack, over pipes, with
// the disk of this machine: one event after the other, and 200 at once.
func BenchmarkAck(b *testing.B) {
	b.Run("one", func(b *testing.B) { benchmarkAck(b, 1) })
	b.Run("burst", func(b *testing.B) { benchmarkAck(b, 200) })
}

func benchmarkAck(b *testing.B, at int) {
	s := slacktest.New()
	defer s.Close()
	st, err := state.Open(b.Context(), b.TempDir(), state.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	front, err := slack.New(&scripted{claims: []string{"答。"}}, st, func() bot.Settings { return public }, slack.Options{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: s.URL(), Dial: s.Dial, Queue: 1 << 20, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = front.Run(ctx) }()
	for front.Ready() != nil || s.Connected() == 0 {
		time.Sleep(time.Millisecond) // a benchmark; nothing tells when the socket stands
	}
	var took []time.Duration
	for b.Loop() {
		all := make([]*slacktest.Envelope, at)
		var wg sync.WaitGroup
		for i := range all {
			wg.Go(func() { _, all[i] = s.Say("D1", "U1", question, "") })
		}
		wg.Wait()
		for _, e := range all {
			<-e.Acked()
			took = append(took, e.Took())
		}
	}
	slices.Sort(took)
	for name, share := range map[string]float64{"p50-ms": 0.5, "p99-ms": 0.99} {
		b.ReportMetric(float64(took[int(share*float64(len(took)-1))].Microseconds())/1000, name)
	}
	cancel()
	<-done
}

// Of one report a modal shows no more than the licence allows, verbatim.
func TestPassagesCapped(t *testing.T) {
	const most = 100
	d := newShelf(t)
	real := bot.New(answer.New(d, nil, d.known, answer.Options{}), d, nil, bot.Options{})
	inSlackWith(t, desk, real, func(t *testing.T, r *rig) {
		r.stop()
		r.start(real, slack.Options{AppToken: slacktest.AppToken, Reader: d, Licence: report.Licence{Report: most}})
		r.Say("C1", "U1", slacktest.Mention("云栖算力的评级是什么？"), "")
		r.settle(20 * time.Second)
		r.Press(r.one("C1"), "U1", "passages", true)
		r.settle(time.Second)
		all := r.Views()
		if len(all) != 1 {
			t.Fatalf("modals: %v", all)
		}
		shown, cut := map[string]int{}, 0
		for _, x := range list(all[0]["blocks"]) {
			text, _ := x["text"].(map[string]any)
			s, _ := text["text"].(string)
			head, words, _ := strings.Cut(s, "\n")
			house, _, _ := strings.Cut(strings.TrimPrefix(head, "（已引用）"), "》")
			whole := strings.TrimSuffix(words, "……")
			if whole != words {
				cut++
			}
			shown[house] += len([]rune(whole))
			if !slices.ContainsFunc(d.passages, func(p report.Passage) bool {
				return strings.Contains(strings.ReplaceAll(p.Text, "\t", " | "), whole)
			}) {
				t.Errorf("no report says %q", whole)
			}
		}
		for house, n := range shown {
			if n > most+20 { // a tab is shown as three signs
				t.Errorf("%d characters of %s", n, house)
			}
		}
		if cut == 0 {
			t.Errorf("nothing was cut: %v", all[0]["blocks"])
		}
	})
}
