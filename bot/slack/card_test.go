package slack_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/ticker"
	"reportbot/ingest/chunk"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

// books lets the ticker read the store.
type books struct{ *store.Store }

func (b books) Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	list, err := b.Store.Reports(ctx, scope)
	out := make([]*report.Report, len(list))
	for i := range list {
		out[i] = &list[i].Report
	}
	return out, err
}

// kept is a store with the sample reports that need no PDF engine; those of one
// house are on the desk.
func kept(t testing.TB, dir string, known *security.Directory) books {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../ingest/testdata/reports/*")
	if err != nil {
		t.Fatal(err)
	}
	reader := parse.NewReader("", parse.Limits{})
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
		if strings.Contains(f, "望江") {
			r.Collection = "desk"
		}
		known.Complete(r)
		d := store.Document{Report: r, Passages: chunk.Passages(r), Embedder: vector.Builtin{}.Name(), Source: store.Source{Path: f, Hash: f}}
		d.Facts = fact.Read(r, d.Passages)
		var texts []string
		for i := range d.Passages {
			texts = append(texts, report.EmbedText(r, &d.Passages[i]))
		}
		if d.Vectors, err = (vector.Builtin{}).Embed(t.Context(), texts); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Replace(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	return books{s}
}

// inCards runs a test in a workspace whose bot makes cards from a store.
func inCards(t *testing.T, set bot.Settings, test func(t *testing.T, r *rig)) {
	t.Helper()
	d, dir := newShelf(t), t.TempDir()
	inSlackWith(t, set, &scripted{}, func(t *testing.T, r *rig) {
		b := kept(t, dir, d.known)
		defer b.Close()
		r.stop()
		real := bot.New(answer.New(d, nil, d.known, answer.Options{}), d, nil, bot.Options{Cards: ticker.New(b, d.known, nil)})
		r.start(real, slack.Options{AppToken: slacktest.AppToken, Reader: b})
		defer func() { r.stop() }()
		test(t, r)
		r.unfinished(0)
	})
}

// shown parts what the bot shows in a channel: the card, and its picture.
func (r *rig) shown(channel string) (card, picture slacktest.Message) {
	r.t.Helper()
	for _, m := range r.Said(channel) {
		if len(m.Files) > 0 {
			picture = m
		} else {
			card = m
		}
	}
	if card.TS == "" {
		r.t.Fatalf("no card in %s\nlog: %s", channel, r.log)
	}
	return card, picture
}

func kinds(m slacktest.Message) string {
	var out []string
	for _, b := range m.Blocks {
		out = append(out, fmt.Sprint(b["type"]))
	}
	return strings.Join(out, " ")
}

// A card says what houses say, with its sources, and its chart stands where it
// stands.
func TestCard(t *testing.T) {
	inCards(t, bot.Settings{Public: []string{"default", "desk"}}, func(t *testing.T, r *rig) {
		r.Command("/ticker", "C1", "U1", "星河智能")
		r.Command("/ticker", "D1", "U1", "FarSail")
		r.settle(20 * time.Second)
		card, picture := r.shown("C1")
		if card.To != "" || card.Thread != "" || picture.Thread != "" {
			t.Errorf("card to %q in %q, picture in %q: everybody in the channel may see it", card.To, card.Thread, picture.Thread)
		}
		wantAll(t, card.Everything(), "星河智能（999230.SZ）", "*最新评级*", "望江证券  中性（下调", "青岚证券  买入", "*目标价*", "36.00", "归母净利润（亿元）", "8.72",
			"*风险*", "*分歧与变化*", "[1] 望江证券 《应收高企与客户自研是被忽视的变量，评级下调至中性》 2026-09-02", "“评级：中性（下调）”", "不构成投资建议")
		if got := kinds(card); !strings.Contains(got, "header section section section table section") || card.Has("feedback") || card.Has("wider") || !card.Has("sources") || !card.Has("passages") {
			t.Errorf("blocks: %s", got)
		}
		if len(picture.Files) != 1 || !strings.Contains(picture.Files[0].Alt, "星河智能") {
			t.Fatalf("picture: %+v\nlog: %s", picture, r.log)
		}
		img, err := png.Decode(bytes.NewReader(picture.Files[0].Data))
		if err != nil || img.Bounds().Dx() != 1200 {
			t.Errorf("picture: %v", err)
		}
		card, picture = r.shown("D1")
		wantAll(t, card.Everything(), "FarSail Technology (99988.HK)", "*Latest ratings*", "Equal-weight", "not investment advice")
		if len(picture.Files) != 1 || picture.Files[0].Title != "FarSail Technology (99988.HK)" {
			t.Errorf("picture: %+v", picture)
		}
		r.Press(card, "U1", "passages", true)
		r.settle(time.Second)
		if v := r.Views(); len(v) != 1 || !strings.Contains(fmt.Sprint(v), "Beichen International") {
			t.Errorf("modals: %v", v)
		}
	})
}

// Who may be meant is offered as buttons; a press gives the card in the same
// place, made anew of what may be seen there.
func TestCardOffers(t *testing.T) {
	inCards(t, desk, func(t *testing.T, r *rig) {
		r.Command("/ticker", "D1", "U1", "FAR")
		r.Command("/ticker", "C2", "U1", "平安")
		r.Command("/ticker", "C1", "U1", "FAR") // the asker sees more than the channel
		r.settle(20 * time.Second)
		several := r.one("C2")
		wantAll(t, several.Everything(), "中国平安", "601318.SH")
		if !several.Has("card_3") || several.Has("card_4") || several.Has("share_card") {
			t.Errorf("offers: %s", several.Everything())
		}
		for channel, private := range map[string]bool{"D1": false, "C1": true} {
			m := r.one(channel)
			wantAll(t, m.Everything(), "FarSail Technology", "99988.HK")
			if private != (m.To == "U1") || !m.Has("card_0") || m.Has("card_1") || m.Has("sources") || m.Has("feedback") {
				t.Errorf("%s, to %q: %s", channel, m.To, m.Everything())
			}
			r.Press(m, "U1", "card_0", true)
			r.settle(20 * time.Second)
			var card slacktest.Message
			for _, x := range r.Said(channel) {
				if x.TS != m.TS && len(x.Files) == 0 {
					card = x
				}
			}
			wantAll(t, card.Everything(), "Beichen International", "Equal-weight")
			if card.To != m.To || card.Thread != m.Thread {
				t.Errorf("%s: the card goes to %q in %q, want %q in %q", channel, card.To, card.Thread, m.To, m.Thread)
			}
			if has := len(r.Calls("files.completeUploadExternal")); channel == "C1" && has > 1 {
				t.Error("a file was shown where one person sees the card")
			}
		}
	})
}

// What the asker alone may see is told to the asker alone, without the picture;
// shared is a card of what the channel may see.
func TestCardOfTheAsker(t *testing.T) {
	inCards(t, desk, func(t *testing.T, r *rig) {
		r.Command("/ticker", "C1", "U1", "星河智能")
		r.settle(20 * time.Second)
		m := r.one("C1")
		wantAll(t, m.Everything(), "望江证券", "青岚证券", "只有你能看到", "走势图不能只给一个人看")
		if m.To != "U1" || !m.Has("share_card") || m.Has("share") {
			t.Fatalf("to %q: %s", m.To, m.Everything())
		}
		r.Press(m, "U1", "share_card", true)
		r.settle(20 * time.Second)
		var open, picture slacktest.Message
		for _, x := range r.Said("C1") {
			switch {
			case len(x.Files) > 0:
				picture = x
			case x.To == "":
				open = x
			}
		}
		wantAll(t, open.Everything(), "青岚证券", "最新评级")
		if strings.Contains(open.Everything(), "望江证券") || open.Has("share_card") || len(picture.Files) != 1 {
			t.Errorf("shared: %s, %d pictures", open.Everything(), len(picture.Files))
		}
	})
}

func TestNoCard(t *testing.T) {
	zh := bot.Settings{Public: []string{"default"}, Default: bot.Channel{Language: "zh"}}
	inCards(t, zh, func(t *testing.T, r *rig) {
		for i, c := range []struct{ typed, want string }{
			{"没有这家公司", "没有叫“没有这家公司”的证券"}, {"999999", "没有叫“999999”的证券"}, {"", "请给出证券代码或名称"}, {"600519", "没有覆盖贵州茅台"}, {"help", "我根据研报回答问题"}, {"星河智慧", "相近的有 星河智能"},
			{"&lt;!everyone&gt; 星 &amp; 河", "“&lt;!everyone&gt; 星 &amp; 河”"},
		} {
			channel := fmt.Sprint("C", i)
			r.Command("/ticker", channel, "U1", c.typed)
			r.settle(10 * time.Second)
			m := r.one(channel)
			wantAll(t, m.Everything(), c.want)
			if m.Has("card_0") || m.Has("feedback") || m.Has("sources") {
				t.Errorf("%q: buttons under %s", c.typed, m.Everything())
			}
		}
		if n := len(r.Calls("files.getUploadURLExternal")); n > 0 {
			t.Errorf("%d pictures of nothing", n)
		}
	})
}

// Trouble with the picture costs the picture at most: the card stands.
func TestPictureTrouble(t *testing.T) {
	const get, done = "files.getUploadURLExternal", "files.completeUploadExternal"
	for i, c := range []struct {
		name    string
		faults  []slacktest.Fault
		lacks   []string
		picture int
		log     string
	}{
		{"too many addresses", []slacktest.Fault{{Method: get, Status: 429, After: 5 * time.Second}}, nil, 1, "reason=rate"},
		{"too many files", []slacktest.Fault{{Method: "upload", Status: 429, After: 5 * time.Second}}, nil, 1, "reason=rate"},
		{"too much at the end", []slacktest.Fault{{Method: done, Status: 429, After: 5 * time.Second, Times: 2}}, nil, 1, "reason=rate"},
		{"the last reply is lost", []slacktest.Fault{{Method: done, Status: 503, Landed: true}}, nil, 1, "reason=server"},
		{"refused", []slacktest.Fault{{Method: "upload", Status: 403}}, nil, 0, "chart not shown"},
		{"no scope", []slacktest.Fault{{Method: get, Code: "missing_scope"}}, nil, 0, "chart not shown"},
		{"not in the channel", []slacktest.Fault{{Method: done, Code: "not_in_channel"}}, nil, 0, "not_in_channel"},
		{"no such method", nil, []string{get}, 0, "unknown_method"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && i%3 > 0 {
				t.Skip("drawing takes long where the race detector watches")
			}
			inCards(t, public, func(t *testing.T, r *rig) {
				r.Lacks = c.lacks
				for _, f := range c.faults {
					r.Fail(f)
				}
				r.Command("/ticker", "C1", "U1", "星河智能")
				r.settle(time.Minute)
				card, picture := r.shown("C1")
				wantAll(t, card.Everything(), "青岚证券", "最新评级")
				if len(picture.Files) != c.picture || len(r.Said("C1")) != 1+c.picture {
					t.Errorf("%d pictures and %d messages, want %d and %d", len(picture.Files), len(r.Said("C1")), c.picture, 1+c.picture)
				}
				wantAll(t, r.log.String(), c.log)
			})
		})
	}
}

// A table that Slack does not take, in the channel or for one person, is
// written as lines.
func TestCardWithoutTables(t *testing.T) {
	inCards(t, desk, func(t *testing.T, r *rig) {
		r.Fail(slacktest.Fault{Method: "chat.postMessage", Code: "invalid_blocks"})
		r.Command("/ticker", "D1", "U1", "FarSail")
		r.settle(20 * time.Second)
		card, _ := r.shown("D1")
		wantAll(t, card.Everything(), "Revenue", "25780 · 28460")
		if got := kinds(card); strings.Contains(got, "table") {
			t.Errorf("blocks: %s", got)
		}
	})
}

// A card of very many houses, each with much to say, is still one message
// within Slack's limits; what is left out is counted.
func TestHugeCard(t *testing.T) {
	c := &ticker.Card{Status: ticker.Answered, Lang: "zh", Security: report.Security{Name: strings.Repeat("*ST长名<&>", 40), Code: "600001.SH"}, Note: strings.Repeat("备注&", 300)}
	for i := range 120 {
		row := ticker.Row{Publisher: fmt.Sprintf("第%d证券<研究>", i), Date: "2026-01-02", Citation: i + 1}
		c.Ratings = append(c.Ratings, ticker.Rating{Row: row, Rating: "买入", Action: "维持"})
		c.Targets = append(c.Targets, ticker.Target{Row: row, Value: 10 + float64(i), Currency: "CNY"})
		for _, year := range []string{"2026", "2027", "2028"} {
			c.Forecasts = append(c.Forecasts, ticker.Forecast{Row: row, Metric: report.EPS, Period: year, Value: 1.25, Unit: "元"})
		}
		c.Points = append(c.Points, ticker.Said{Text: strings.Repeat("要点<b>&", 400), Citations: []int{i + 1}})
		c.Risks = append(c.Risks, ticker.Said{Text: strings.Repeat("风险", 400), Citations: []int{i + 1}})
		c.Citations = append(c.Citations, citation(i+1))
	}
	b := &scripted{change: func(_ bot.Message, r *bot.Reply) {
		r.Kind, r.Card = bot.Ticker, c
		r.Answer.Text, r.Answer.Citations = "全文", c.Citations
	}}
	inSlack(t, desk, b, func(t *testing.T, r *rig) {
		r.Command("/ticker", "D1", "U1", "600001")
		r.Command("/ticker", "C1", "U1", "600001") // for the asker alone
		r.settle(20 * time.Second)
		for _, channel := range []string{"D1", "C1"} {
			m := r.one(channel)
			wantAll(t, m.Everything(), "第0证券&lt;研究&gt;  买入", "…… 另有 ", "EPS", "[1] 青岚证券", "全部 120 个来源")
			if got := kinds(m); !strings.Contains(got, "table") || len(m.Blocks) > 50 {
				t.Errorf("%s: %s", channel, got)
			}
		}
		if strings.Contains(r.log.String(), "written anew") {
			t.Errorf("Slack refused what was written first:\n%s", r.log)
		}
	})
}
