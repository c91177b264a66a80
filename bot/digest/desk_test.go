package digest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot/digest"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
)

// table is a desk over a world with two reports, at which one user sits.
type table struct {
	*world
	desk *digest.Desk
	n    int
}

func newTable(t *testing.T) *table {
	w := newWorld(t)
	w.empty = false
	w.come("r1", "default")
	r := w.come("r2", "desk")
	r.Publisher, r.Industry, r.Securities = "Beichen International", "Logistics & Transportation", []report.Security{{Code: "99988.HK", Name: "FarSail Technology"}}
	known := security.NewDirectory()
	known.AddKnown()
	return &table{world: w, desk: digest.NewDesk(w.runner(), w.store, known)}
}

func (d *table) ask(text, lang string) digest.Response {
	d.t.Helper()
	d.n++
	r, err := d.desk.Handle(d.t.Context(), digest.Request{ID: "e" + string(rune('0'+d.n)), Channel: "C1", User: "U1", Text: text, Lang: lang, Scope: retrieval.Scope{"default", "desk"}, May: true})
	if err != nil {
		d.t.Fatalf("%q: %v", text, err)
	}
	return r
}

// A conversation, in both languages. Each answer is held against words that
// must be in it.
func TestDesk(t *testing.T) {
	d := newTable(t)
	for _, turn := range []struct{ lang, ask, want string }{
		{"zh", "", "还没有订阅"},
		{"en", "list", "no subscription here yet"},
		{"zh", "预览", "还没有订阅"},
		{"zh", "暂停", "还没有订阅"},
		{"zh", "订阅 工作日 08:30", "已订阅（编号 1）：工作日（周一至周五） 08:30（Asia/Shanghai）；全部新研报。下一次：2026-01-01 08:30 CST。|没有设置筛选"},
		{"en", "subscribe weekdays 8:30", "such a subscription here already (number 1)"},
		{"zh", "订阅每周一9点半 999230 beichen", "已订阅（编号 2）|证券：星河智能 999230.SZ；券商：Beichen International"},
		{"en", "subscribe daily 02:30 America/New_York 贵州茅台 industry:“Logistics & Transportation” collection:desk",
			"number 3|600519.SH|Logistics & Transportation|collections: desk|On 2026-03-08 the clocks skip 02:30; that day it is sent at 03:00 EDT."},
		{"zh", "订阅 每天 08:30 300999.SZ", "已订阅（编号 4）"},
		{"zh", "订阅 每天 08:30 688999.SH 券商:天边证券 行业:火星", "名单和研报里还没有 688999.SH|目前没有“天边证券”的研报|目前没有“火星”行业的研报"},
		{"zh", "list", "1. 工作日|2. 每周一|5. 每天"},
		{"zh", "订阅 每天 25:61", "“25:61”不是一天里的时间"},
		{"en", "subscribe daily 08:30 Asia/Shanghia", `no time zone "Asia/Shanghia"`},
		{"zh", "订阅 每天 08:30 不存在的公司", "不认识“不存在的公司”"},
		{"en", "subscribe daily 08:30 999999", `"999999" is no security`},
		{"zh", "订阅 每天 08:30 集合:secret", "看不到名为“secret”的研报集合"},
		{"zh", "订阅", "几点发送"},
		{"zh", "删除", "请写上编号"},
		{"zh", "删除 9", "没有编号为“9”的订阅"},
		{"zh", "取消订阅 5", "已删除（编号 5）"},
		{"zh", "删除 #4", "已删除（编号 4）"},
		{"en", "delete ３", "Deleted (number 3)"},
		{"zh", "暂停 1", "已暂停（编号 1）"},
		{"zh", "列表", "已暂停：由 U1 暂停"},
		{"zh", "恢复 1", "已恢复（编号 1）。下一次：2026-01-01 08:30 CST。"},
		{"zh", "现在 1", "上一次摘要之后没有新研报"},
		{"zh", "谁是谁", "没有听懂"},
		{"en", "help", "/digest subscribe daily|weekdays"},
	} {
		got := d.ask(turn.ask, turn.lang).Text
		for want := range strings.SplitSeq(turn.want, "|") {
			if !strings.Contains(got, want) {
				t.Errorf("%q: got %q, want %q in it", turn.ask, got, want)
			}
		}
	}
	d.come("r3", "default")
	if p := d.ask("preview 1", "en").Preview; p == nil || p.Total != 1 || p.Lang != "en" {
		t.Errorf("preview: %+v", p)
	}
	if got := d.ask("now 1", "en").Text; got != "Sent." {
		t.Errorf("now: %q", got)
	}
	if got := d.heard("C1"); len(got) != 1 || got[0] != "r3" {
		t.Errorf("heard of %v", got)
	}
	d.gone = "not_in_channel"
	if got := d.ask("subscribe daily 10:00", "en").Text; !strings.Contains(got, "/invite") {
		t.Errorf("in a channel without the bot: %q", got)
	}
	d.come("r4", "default")
	if got := d.ask("now 1", "zh").Text + d.ask("list", "zh").Text; strings.Count(got, "/invite") != 2 {
		t.Errorf("of a channel that the bot left: %q", got)
	}
}

// Who may not change subscriptions may look at them.
func TestDeskManagers(t *testing.T) {
	d := newTable(t)
	d.ask("subscribe daily 08:30", "en")
	for text, want := range map[string]string{"subscribe daily 09:00": "digest_managers", "删除 1": "digest_managers", "now": "digest_managers", "pause": "digest_managers", "list": "08:30"} {
		r, err := d.desk.Handle(t.Context(), digest.Request{ID: "x", Channel: "C1", User: "U2", Text: text, Lang: "en", Scope: retrieval.Scope{"default"}})
		if err != nil || !strings.Contains(r.Text, want) {
			t.Errorf("%q: got %q, %v, want %q in it", text, r.Text, err, want)
		}
	}
	if r, err := d.desk.Handle(t.Context(), digest.Request{ID: "x", Channel: "C1", User: "U2", Text: "preview", Lang: "en"}); err != nil || r.Preview == nil {
		t.Errorf("preview: %+v, %v", r, err)
	}
}

// A subscription of the settings keeps where it is when its line changes, and
// cannot be deleted in Slack.
func TestFromSettings(t *testing.T) {
	d := newTable(t)
	known := digest.KnownOf(d.reports, retrieval.Scope{"default"}, nil)
	for i, line := range []string{"weekdays 08:30 999230", "weekdays 09:00 星河智能"} {
		sub, err := digest.FromSettings(line, known, d.now())
		if err != nil {
			t.Fatal(err)
		}
		sub.ID, sub.Channel, sub.Cursor = "config-C1-1", "C1", int64(i+1)
		made, err := d.store.Subscribe(t.Context(), sub)
		if err != nil || made.Cursor != 1 || made.Number != 1 {
			t.Errorf("%s: %+v, %v", line, made, err)
		}
	}
	if got := d.ask("delete 1", "en").Text + d.ask("list", "en").Text; !strings.Contains(got, "in the settings file") || !strings.Contains(got, "(from the settings)") {
		t.Errorf("got %q", got)
	}
	if _, err := digest.FromSettings("every 08:30 nobody", known, d.now()); !errors.As(err, new(*digest.Problem)) {
		t.Errorf("unknown: %v", err)
	}
}

func TestFilterAdmits(t *testing.T) {
	r := &report.Report{Publisher: "青岚证券", Industry: "电子", Collection: "default", Securities: []report.Security{{Code: "999230", Name: "星河智能"}, {Code: "600519.SH"}}}
	for _, tt := range []struct {
		f    digest.Filter
		want bool
	}{
		{digest.Filter{}, true},
		{digest.Filter{Securities: []report.Security{{Code: "999230.SZ"}}}, true}, // of which one lacks its exchange
		{digest.Filter{Securities: []report.Security{{Code: "600519.SZ"}}}, false},
		{digest.Filter{Securities: []report.Security{{Code: "000001.SZ"}, {Code: "600519.SH"}}}, true},
		{digest.Filter{Securities: []report.Security{{Name: "星河智能"}}}, true},
		{digest.Filter{Industries: []string{"计算机", "电子"}}, true},
		{digest.Filter{Publishers: []string{"青岚"}}, true},
		{digest.Filter{Publishers: []string{"青岚证券"}, Industries: []string{"银行"}}, false},
		{digest.Filter{Collections: []string{"desk"}}, false},
		{digest.Filter{Collections: []string{"default"}, Publishers: []string{"青岚证券股份有限公司"}}, true},
	} {
		if got := tt.f.Admits(r); got != tt.want {
			t.Errorf("%+v: %v", tt.f, got)
		}
	}
	if d := cmp.Diff((digest.Filter{}).Say("zh"), ""); d != "" || !(digest.Filter{}).All() {
		t.Error(d)
	}
}
