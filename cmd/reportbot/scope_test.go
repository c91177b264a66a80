package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/bot/slack/slacktest"
)

// questions are what users ask. None holds a canary: what the bot knows of a
// collection must come from the bot.
var questions = []string{
	"星河智能的目标价是多少？", "星河智能的评级是什么？", "星河智能2026年的净利润预测是多少？", "星河智能有哪些风险？", "总结一下星河智能的研报要点", "二号产线的良率是多少？",
	"有哪些研报？", "一共有多少篇研报？", "最新的研报是什么？", "哪些券商覆盖了星河智能？", "哪些公司有研报？", "电子行业有哪些研报？", "谁写的？", "哪家最乐观？",
	"997701.SZ 的目标价是多少？", "997702 的评级", "997703.SZ 的良率", "997704.SZ怎么样", "997705有哪些研报？", "997703 和 997704 哪个目标价高？",
	"赤霄科技的目标价", "赤霄的评级", "玄圃的目标价是多少？", "What is the target price of 997701.SZ?", "Which reports cover 997702.SZ?", "What are the risks for 997704?",
	"你好", "", "谢谢", "三号产线代号是什么？", "买入评级的研报", "列出三月的研报", "上调评级的有哪些？", "数据来源是哪里？",
}

// following are what is asked next in a thread.
var following = []string{"评级呢", "它的风险呢", "那家券商还怎么看？", "为什么", "2027年呢", "还有呢", "那997702呢", "谁写的", "他们怎么看", "And the rating?", "第二条呢", "说详细点", "这家券商的目标价呢", "它最新的研报呢"}

var terse = []string{"星河智能", "999230", "997701", "997702.SZ", "997703", "997704.SZ", "997705", "赤霄", "玄圃", "玄圃 近三个月", "星河"}

var lists = []string{"上周", "买入", "星河智能", "997701", "电子", "三月", "", "997703 买入", "玄圃"}

var digests = []string{"订阅 每天 08:30", "订阅 每天 08:30 997701.SZ", "订阅 每天 09:30 星河智能", "订阅 每天 10:30 997704", "subscribe daily 11:30 collection:desk", "list", "preview", "preview 1", "now", "now 1", "列表", "立即 2", "preview 2", "pause 1", "resume 1", "delete 1"}

// deed is one thing that somebody did, and what that may bring to light: in
// what the model is asked first and then, in what everybody in the channel may
// read, and in what one may.
type deed struct {
	what, channel, user string
	first, then         map[int]bool
	open, alone         map[int]bool
}

// act does something at random. The thread is one of those that were begun.
func (w *world) act(threads map[string][]string) deed {
	p, r := w.policy, w.rand
	u, c := pick(r, people), pick(r, channels)
	if r.IntN(3) == 0 {
		c = "D" + u[1:]
	}
	d := deed{channel: c, user: u}
	direct := c[0] == 'D'
	d.open, d.alone = p.inChannel(c), p.beside(u, c)
	if direct {
		d.open, d.alone = p.alone(u), p.alone(u)
	}
	d.first, d.then = d.open, d.alone
	if len(w.plan) == 0 && r.IntN(12) == 0 {
		w.lure()
	}
	if len(w.plan) > 0 {
		next := w.plan[0]
		w.plan = w.plan[1:]
		next(&d)
		return d
	}
	switch n := r.IntN(20); {
	case n < 9:
		w.say(&d, threads)
	case n < 13:
		w.typeCommand(&d)
	case n < 18:
		w.press(&d)
	case n == 18 && direct:
		d.what = "opens the conversation"
		w.Event(map[string]any{"type": "app_home_opened", "user": u, "channel": c, "tab": "messages", "event_ts": fmt.Sprint(w.clock().UnixNano())})
	default:
		d.what, d.first = "digests are due", together(p.inChannel(c), p.alone(u))
		if err := w.runner.Tick(w.t.Context()); err != nil {
			w.t.Logf("digests: %v", err)
		}
	}
	return d
}

// lure plans a talk in which the bot itself puts words of a report into a
// question, and its end: what was seen when it began is revoked, and the talk
// goes on.
func (w *world) lure() {
	p, u, i, thread := w.policy, pick(w.rand, people), 1+w.rand.IntN(len(folders)-1), ""
	say := func(text string) func(*deed) {
		return func(d *deed) {
			d.channel, d.user, d.what = "D"+u[1:], u, fmt.Sprintf("goes on with %q", text)
			d.open, d.alone, d.first, d.then = p.alone(u), p.alone(u), p.alone(u), p.alone(u)
			if ts, _ := w.Say(d.channel, u, text, thread); thread == "" {
				thread = ts
			}
		}
	}
	grant := func(yes bool, then func(*deed)) func(*deed) {
		return func(d *deed) {
			w.mu.Lock()
			if p.user[u][i] = yes; !yes {
				p.public[i], p.others[i] = false, false
				for g := range p.group {
					p.group[g][i] = false
				}
			}
			w.mu.Unlock()
			then(d)
		}
	}
	ends := []string{"为什么", "说详细点", "怎么看？"}
	w.plan = append(w.plan, grant(true, say(codeOf(i)+" 的评级是什么？")), say("怎么看？"), grant(false, say(pick(w.rand, ends))), say(pick(w.rand, ends)))
}

func (w *world) say(d *deed, threads map[string][]string) {
	text, thread := pick(w.rand, questions), ""
	if roots := threads[d.channel]; len(roots) > 0 && w.rand.IntN(2) == 0 {
		thread = pick(w.rand, roots[max(0, len(roots)-4):])
		if w.rand.IntN(3) > 0 {
			text = pick(w.rand, following)
		}
	}
	d.what = fmt.Sprintf("asks %q in thread %q", text, thread)
	if d.channel[0] != 'D' {
		text = slacktest.Mention(text)
	}
	ts, _ := w.Say(d.channel, d.user, text, thread)
	if thread == "" {
		threads[d.channel] = append(threads[d.channel], ts)
	}
}

func (w *world) typeCommand(d *deed) {
	if w.rand.IntN(6) == 0 { // in a direct message of two people
		d.channel, d.open, d.alone = "D99", w.policy.anybody(), w.policy.alone(d.user)
	}
	d.first, d.then = d.alone, d.alone
	command, text := "/ask", pick(w.rand, questions)
	switch w.rand.IntN(6) {
	case 0:
		command, text = "/report", pick(w.rand, lists)
	case 1, 2:
		command, text = "/ticker", pick(w.rand, terse)
	case 3:
		command, text = "/digest", pick(w.rand, digests)
		if d.channel[0] != 'D' {
			d.alone = d.open // what is told of a channel's digests is what the channel sees
		}
	}
	d.what = fmt.Sprintf("types %s %s", command, text)
	w.Command(command, d.channel, d.user, text)
}

// press presses a button on one of the last messages that have any; on what one
// person sees alone, that person does.
func (w *world) press(d *deed) {
	var all []slacktest.Message
	actions := []string{"sources", "passages", "wider", "share", "share_card", "feedback", "card_0", "card_1"}
	for _, c := range append([]string{d.channel}, channels...) {
		said := w.Said(c)
		for _, m := range said[max(0, len(said)-20):] {
			if slices.ContainsFunc(actions, m.Has) {
				all = append(all, m)
			}
		}
	}
	if len(all) == 0 {
		d.what = "finds nothing to press"
		return
	}
	m := pick(w.rand, all)
	action := pick(w.rand, actions)
	for !m.Has(action) {
		action = pick(w.rand, actions)
	}
	p := w.policy
	if d.channel = m.Channel; m.To != "" {
		d.user = m.To
	} else if m.Channel[0] == 'D' {
		d.user = "U" + m.Channel[1:]
	}
	d.what = fmt.Sprintf("presses %s of %q, to %q", action, m.Text, m.To)
	d.open, d.alone = p.inChannel(m.Channel), p.inChannel(m.Channel)
	switch {
	case !p.may(d.user, m.Channel) && m.Channel[0] != 'D':
		d.alone = nil
	case m.Channel == "D99":
		d.open, d.alone = p.anybody(), p.alone(d.user)
	case m.Channel[0] == 'D':
		d.open, d.alone = p.alone(d.user), p.alone(d.user)
	case m.To != "":
		d.alone = p.beside(d.user, m.Channel)
	}
	d.first, d.then = d.alone, d.alone
	if strings.HasPrefix(action, "share") {
		d.first, d.then = d.open, d.open
	}
	w.Press(m, d.user, action, w.rand.IntN(2) == 0)
}

// tally is what was looked at.
type tally struct {
	cases, changes, restarts, prompts, posts, rows int
	entitled                                       int // texts with canaries that their reader may see
	embargoes, released                            int // reports under embargo, and texts with their canaries after it
}

func (t *tally) add(o tally) {
	t.cases, t.changes, t.restarts = t.cases+o.cases, t.changes+o.changes, t.restarts+o.restarts
	t.prompts, t.posts, t.rows = t.prompts+o.prompts, t.posts+o.posts, t.rows+o.rows
	t.entitled, t.embargoes, t.released = t.entitled+o.entitled, t.embargoes+o.embargoes, t.released+o.released
}

// campaign does n things in one world, with changes of who may see what before,
// and looks after each at what came of it.
func campaign(t *testing.T, data string, seed uint64, n int, model, near bool, sum *tally) {
	w := newWorld(t, data, seed, model, near)
	defer func() { sum.embargoes += len(w.embargoes) }()
	defer w.close()
	threads := map[string][]string{}
	for i := range n {
		for range w.rand.IntN(3) {
			w.change()
			sum.changes++
		}
		if w.rand.IntN(40) == 0 {
			w.stop()
			w.open()
			sum.restarts++
		}
		if w.rand.IntN(15) == 0 {
			w.ingest(w.rand.IntN(len(folders)), i)
		}
		d := w.act(threads)
		w.wait(20 * time.Second)
		sum.cases++
		w.look(d, sum)
		if t.Failed() {
			t.Logf("seed %d, case %d: %s in %s %s\n%s", seed, i, d.user, d.channel, d.what, w.policy)
			return
		}
	}
}

// change changes the policy; of a user group Slack may keep silent, and then it
// holds after a minute.
func (w *world) change() {
	w.mu.Lock()
	group := w.policy.change(w.rand)
	w.mu.Unlock()
	if group == "" {
		return
	}
	quiet := w.rand.IntN(4) == 0
	w.Group(group, quiet, w.policy.members[group]...)
	if w.wait(time.Second); quiet {
		w.wait(time.Minute)
	}
}

// look holds what came of a deed against what its readers may see.
func (w *world) look(d deed, sum *tally) {
	w.mu.Lock()
	asked, log := w.asked, w.log.String()
	w.asked, w.handled = nil, 0
	w.log.Reset()
	w.mu.Unlock()
	judge := func(what, text string, may map[int]bool) {
		if leak := w.foreign(text, may, sum); leak != "" {
			w.t.Errorf("%s: a canary of %s\n%s", what, leak, text)
		} else if len(heldIn(text)) > 0 {
			sum.entitled++
		}
	}
	for _, q := range asked {
		may := d.first
		if q.n > 1 {
			may = d.then
		}
		sum.prompts++
		judge("prompt", q.text, may)
	}
	for _, c := range w.Calls("")[w.calls:] {
		w.calls++
		sum.posts++
		if c.Method == "response_url" { // who reads it, the message below says
			continue
		}
		judge(c.Method, fmt.Sprint(c.Form), w.reader(d, c))
	}
	for _, c := range append([]string{"D99", "D1", "D2", "D3", "D4", "D5"}, channels...) {
		for _, m := range w.Said(c) {
			if key := m.Channel + m.TS; !w.seen[key] {
				w.seen[key] = true
				may := d.open
				if m.To != "" {
					may = d.alone
				}
				if m.Channel == d.channel {
					judge("message to "+m.To, m.Everything(), may)
				}
			}
		}
	}
	for _, line := range strings.Split(log, "\n") {
		if strings.Contains(line, "level=DEBUG") {
			judge("debug log", line, together(d.first, d.then))
		} else {
			judge("log", line, nil)
		}
	}
	for _, row := range w.kept(`SELECT rowid, asked || ' ' || question FROM answers WHERE rowid > ?`) {
		sum.rows++
		judge("answer's record", row, together(d.first, d.then))
	}
	for _, row := range w.kept(`SELECT seq, CAST(body AS TEXT) FROM turns WHERE seq > ?`) {
		sum.rows++
		judge("turn", row, together(d.first, d.then))
	}
}

// foreign are the collections, and the reports under embargo, whose canaries a
// text holds and that may not be seen. An embargo that ends while a deed has its
// consequences may be seen in them, or not.
func (w *world) foreign(text string, may map[int]bool, sum *tally) string {
	leak := foreign(text, may)
	for _, e := range w.embargoes {
		if !strings.Contains(strings.ToLower(text), e.mark) {
			continue
		}
		if !may[e.of] || w.clock().Before(e.from) {
			leak += " " + folders[e.of] + " until " + e.from.Format(time.TimeOnly)
		} else {
			sum.released++
		}
	}
	return strings.TrimSpace(leak)
}

// reader is what whoever reads what a call writes may see.
func (w *world) reader(d deed, c slacktest.Call) map[int]bool {
	to := c.Form.Get("channel")
	if to == "" {
		to = c.Form.Get("channel_id")
	}
	switch {
	case c.Method == "views.open":
		return d.alone
	case c.Method == "chat.postEphemeral":
		return d.alone
	case to == d.channel, c.Method == "files.getUploadURLExternal": // which goes into the channel next
		return d.open
	case to == "":
		return nil
	case to[0] == 'D': // a digest that was due
		return w.policy.alone("U" + to[1:])
	}
	return w.policy.inChannel(to)
}

// TestPromiseScope: whatever is asked and pressed, by whom and where, whatever
// was granted and revoked before, nothing of a collection comes to light where
// it may not be seen: not in what the model is asked, nor in a post, a modal, a
// log line, a metric, or what is kept for later.
func TestPromiseScope(t *testing.T) {
	data := t.TempDir()
	fill(t, data, 0, 1, 2, 3, 4, 5)
	var sum tally
	worlds := scopeWorlds
	if testing.Short() { // the race detector's run: all kinds of deeds are in one
		worlds = 1
	}
	var mu sync.Mutex
	t.Run("worlds", func(t *testing.T) {
		for n := range worlds {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				var one tally
				dir := copied(t, data)
				synctest.Test(t, func(t *testing.T) { campaign(t, dir, uint64(n), scopeCases, n%2 == 0, n%4 < 2, &one) })
				mu.Lock()
				defer mu.Unlock()
				sum.add(one)
			})
		}
	})
	t.Logf("%d cases, %d changes of who may see what, %d restarts: %d prompts, %d calls of Slack, %d rows kept; %d texts held what their reader may see, %d of them of %d reports that had been under embargo, none what another may",
		sum.cases, sum.changes, sum.restarts, sum.prompts, sum.posts, sum.rows, sum.entitled+sum.released, sum.released, sum.embargoes)
	if sum.entitled < sum.cases || sum.prompts < sum.cases/10 {
		t.Errorf("%+v: too little came to light to tell", sum)
	}
}
