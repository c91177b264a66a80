package slack_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// drawer has the passages that the scripted answers cite.
type drawer struct{}

func (drawer) Passages(_ context.Context, ids []string) (out []report.Passage, err error) {
	for _, id := range ids {
		out = append(out, report.Passage{ID: id, ReportID: "r" + strings.TrimPrefix(id, "p"), Text: "原文 " + id})
	}
	return out, nil
}

func (drawer) Reports(context.Context, retrieval.Scope) (out []*report.Report, err error) {
	for n := range 9 {
		out = append(out, &report.Report{ID: fmt.Sprint("r", n)})
	}
	return out, nil
}

func hexSum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// audits is the audit of a rig, checked.
func (r *rig) audits() (out []state.Entry) {
	r.t.Helper()
	_, err := r.state.Audit(r.t.Context(), func(rec state.Record) error {
		e, err := rec.Entry()
		out = append(out, e)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// office is a random day in a workspace: people ask, press, edit, delete, ask
// too much or where they may not, and the bot is restarted in the middle of it.
type office struct {
	*rig
	rnd    *rand.Rand
	opt    slack.Options
	asked  []string // ts of questions, by channel
	where  []string
	pushed map[string]int // buttons pressed, by action
	mu     sync.Mutex
	texts  map[string][]string // hashes of what was answered, by question
}

var officeChannels = []string{"C1", "C2", "C9", "D1"}

func (o *office) user() string { return fmt.Sprint("U", 1+o.rnd.IntN(9)) }

func (o *office) step(n int) {
	channel := officeChannels[o.rnd.IntN(len(officeChannels))]
	user, text := o.user(), fmt.Sprintf("第%d问的目标价是多少？", n)
	switch k := o.rnd.IntN(20); {
	case k < 8:
		said := slacktest.Mention(text)
		if channel == "D1" {
			user, said = "U1", text
		}
		ts, _ := o.Say(channel, user, said, "")
		o.asked, o.where = append(o.asked, ts), append(o.where, channel)
	case k < 11:
		o.Command("/ask", channel, user, text)
	case k == 11:
		o.Command([]string{"/help", "/digest", "/report"}[o.rnd.IntN(3)], channel, user, text)
	case k < 17:
		o.press(user)
	case k == 17 && len(o.asked) > 0:
		if i := len(o.asked) - 1; o.rnd.IntN(2) == 0 {
			o.Edit(o.where[i], "U1", o.asked[i], slacktest.Mention("改成"+text))
		} else {
			o.Delete(o.where[i], o.asked[i])
		}
	case k == 18:
		for range 6 { // too much
			o.Say("C1", "U8", slacktest.Mention(text), "")
		}
	case k == 19:
		o.stop()
		o.start(o.bot, o.opt)
	}
	o.settle(time.Duration(o.rnd.IntN(9000)) * time.Millisecond)
}

// press presses a button of some message.
func (o *office) press(user string) {
	all := o.Said(officeChannels[o.rnd.IntN(len(officeChannels))])
	if len(all) == 0 {
		return
	}
	m := all[o.rnd.IntN(len(all))]
	if m.To != "" {
		user = m.To
	}
	has := slices.DeleteFunc([]string{"passages", "sources", "share", "wider", "feedback"}, func(action string) bool { return !m.Has(action) })
	if len(has) == 0 {
		return
	}
	if slices.Contains(has, "share") && o.rnd.IntN(2) == 0 {
		has = []string{"share"}
	}
	action := has[o.rnd.IntN(len(has))]
	o.pushed[action]++
	o.Press(m, user, action, true)
}

// Whatever stands in Slack has its entries: one from before it was there, with
// what is shown, and one that says where it stands.
func TestPromiseAudit(t *testing.T) {
	b := &scripted{claims: []string{"关于%s：目标价为86.40元", "评级为买入", "风险是竞争加剧"}, every: 2 * time.Second, cites: 6}
	set := desk
	inSlack(t, set, b, func(t *testing.T, r *rig) {
		o := &office{rig: r, rnd: rand.New(rand.NewPCG(8, 10)), pushed: map[string]int{}, texts: map[string][]string{},
			opt: slack.Options{AppToken: slacktest.AppToken, Reader: drawer{}, Limiter: bot.NewLimiter(bot.Rates{User: 4}), Workers: 3}}
		b.change = func(m bot.Message, reply *bot.Reply) {
			if hexSum(m.Text)[0] < '3' { // about every fifth
				reply.Answer = answer.Answer{Status: answer.Abstained, Text: "没有找到：" + m.Text, Nearest: []report.Header{{ID: "r7"}}}
			}
			reply.Answer.Usage = answer.Usage{Model: "m-1", PromptTokens: 100, CompletionTokens: 10, PromptVersion: "v1"}
			o.mu.Lock()
			defer o.mu.Unlock()
			o.texts[m.Text] = append(o.texts[m.Text], hexSum(reply.Answer.Text))
		}
		o.opt.Price = func(p, c int) float64 { return float64(p+10*c) / 1000 }
		r.stop()
		r.start(b, o.opt)
		for n := range officeSteps {
			o.step(n)
		}
		r.settle(5 * time.Minute)
		o.judge(t)
	})
}

// judge holds what stands in Slack against the audit.
func (o *office) judge(t *testing.T) {
	all := o.audits()
	byEvent, kinds, refused, modals := map[string][]state.Entry{}, map[string]int{}, 0, 0
	for _, e := range all {
		id := strings.TrimSuffix(e.Event, ":private")
		byEvent[id] = append(byEvent[id], e)
		kinds[e.Kind]++
	}
	for _, e := range all {
		posted := slices.ContainsFunc(byEvent[e.Event], func(x state.Entry) bool { return x.Kind == "posted" })
		if e.Kind == "refusal" {
			refused++
			if e.Answer != "" && e.Private && !posted { // in a window
				modals++
			}
		}
	}
	messages, matched := 0, 0
	for _, channel := range officeChannels {
		for _, m := range o.Said(channel) {
			messages++
			if why := o.unmatched(m, all, byEvent); why != "" {
				t.Errorf("%s: in %s at %s for %q: %.80q\n%+v", why, channel, m.At.Format(time.TimeOnly), m.To, m.Everything(), m.Metadata)
			} else {
				matched++
			}
		}
	}
	for _, e := range all {
		for _, p := range e.Passages {
			if p.SHA256 != hexSum("原文 "+p.Passage) {
				t.Fatalf("%s of %s: the hash of %+v is wrong", e.Kind, e.Event, p)
			}
		}
		if e.Kind == "answer" && (e.Cost != 0.2 || e.PromptTokens != 100 || e.Model != "m-1" || e.Scope == nil) {
			t.Errorf("answer of %s: %+v", e.Event, e)
		}
	}
	if views := len(o.Views()); views != kinds["passages"]+kinds["sources"]+modals {
		t.Errorf("%d windows were opened, %d audited, %d refusals among them", views, kinds["passages"]+kinds["sources"], modals)
	}
	o.meter.mu.Lock()
	told := 0
	for name, n := range o.meter.all {
		if strings.HasPrefix(name, "outcomes outcome refused:") {
			told += n
		}
	}
	o.meter.mu.Unlock()
	if told != refused {
		t.Errorf("%d refusals, %d audited", told, refused)
	}
	t.Logf("%d of %d messages with their entries, %d windows: %v; buttons %v", matched, messages, len(o.Views()), kinds, o.pushed)
}

var numbered = regexp.MustCompile(`第\d+问`)

// unmatched says what the audit lacks of a message.
func (o *office) unmatched(m slacktest.Message, all []state.Entry, byEvent map[string][]state.Entry) string {
	event, _ := m.Metadata["event"].(string)
	if event == "" { // what came by a response_url names none
		i := slices.IndexFunc(all, func(e state.Entry) bool {
			near := e.At.Sub(m.At)
			return e.Kind == "posted" && e.Channel == m.Channel && (m.To == "" || e.User == m.To) && near >= 0 && near < 3*time.Second
		})
		if i < 0 {
			return "no posted entry"
		}
		event = all[i].Event
	}
	of := byEvent[strings.TrimSuffix(event, ":private")]
	if !slices.ContainsFunc(of, func(e state.Entry) bool { return e.Kind != "posted" && !e.At.After(m.At) }) {
		return "no entry from before it was shown"
	}
	if !slices.ContainsFunc(of, func(e state.Entry) bool {
		return e.Kind == "posted" && e.Private == (m.To != "") && (m.To == e.User || m.To == "") && (m.To != "" || m.Metadata == nil || slices.Contains(e.TS, m.TS))
	}) {
		return "no posted entry that names it"
	}
	if !strings.Contains(m.Everything(), "86.40") && !strings.Contains(m.Everything(), "没有找到：") {
		return ""
	}
	number := numbered.FindString(m.Everything())
	if !slices.ContainsFunc(of, func(e state.Entry) bool {
		return (e.Kind == "answer" || e.Kind == "share") && strings.Contains(e.Question, number) && slices.Contains(o.texts[e.Question], e.Text) && !e.At.Before(m.At.Add(-time.Minute))
	}) {
		return "no entry of its answer"
	}
	return ""
}

// A digest and a preview have entries with their reports and passages, before
// they are shown.
func TestAuditDigest(t *testing.T) {
	inDigests(t, public, func(t *testing.T, r *rig, s *pile) {
		s.come(2)
		r.Command("/digest", "C1", "U1", "订阅 每天 08:30")
		r.settle(time.Second)
		s.come(3)
		r.Command("/digest", "C1", "U2", "preview")
		r.settle(time.Second)
		r.until(2, 8, 31)
		var digest, preview, posted state.Entry
		for _, e := range r.audits() {
			switch e.Kind {
			case "digest":
				digest = e
			case "preview":
				preview = e
			case "posted":
				posted = e
			}
		}
		said := r.visible("C1")
		if len(said) != 1 || len(digest.Reports) != 3 || len(digest.Passages) == 0 || digest.Channel != "C1" || digest.At.After(said[0].At) || digest.Text == "" {
			t.Errorf("%d digests, audited as %+v", len(said), digest)
		}
		if posted.Event != digest.Event || len(said) == 1 && !slices.Contains(posted.TS, said[0].TS) {
			t.Errorf("posted as %+v", posted)
		}
		if len(preview.Reports) == 0 || len(preview.Passages) == 0 || preview.User != "U2" || !preview.Private {
			t.Errorf("preview audited as %+v", preview)
		}
	})
}

// Where an entry cannot be written nothing is shown.
func TestAuditBroken(t *testing.T) {
	b := threeClaims()
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(40 * time.Second)
		m := r.one("C1")
		r.tamper(`UPDATE audit_ends SET hash = '0' WHERE name = 'head'`)
		r.Say("C2", "U1", slacktest.Mention(question), "")
		r.Command("/ask", "C3", "U1", question)
		r.Press(m, "U1", "passages", true)
		r.settle(40 * time.Second)
		if n := len(r.Said("C2")) + len(r.Said("C3")) + len(r.Views()); n != 0 {
			t.Errorf("%d messages without an entry: %+v", n, append(r.Said("C2"), r.Said("C3")...))
		}
		wantAll(t, r.log.String(), "audit record 3 is not the last one")
	})
}

// tamper changes the state behind its back.
func (r *rig) tamper(statement string) {
	r.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(r.dir, state.File))
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		r.t.Fatal(err)
	}
}
