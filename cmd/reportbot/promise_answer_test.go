package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
)

// promisePace is how much faster than the real one this Slack runs. What may
// take ten seconds there, until a look-up shows a post, takes half of one here.
const promisePace = 20

// posed is a question of this test, and how often which of it is delivered.
type posed struct {
	id, channel, thread string
	hook                string // of a command
	alone               bool   // only the asker may see the answer
	sends               []send
}

type send struct {
	kind    string
	payload any
}

// crowd asks a desk.
type crowd struct {
	*desk
	mu    sync.Mutex
	rnd   *rand.Rand
	all   []*posed
	life  atomic.Pointer[life]
	acks  atomic.Int64
	open  bool                          // the office
	held  atomic.Pointer[chan struct{}] // until it is closed, the model says nothing more
	to    sync.WaitGroup
	posts chan send
}

func (c *crowd) roll(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rnd.IntN(n)
}

// mood makes Slack slow, forgetful and short of patience.
func (c *crowd) mood(method string) *slacktest.Fault {
	some := func(most int) time.Duration { return time.Duration(c.roll(most)) * time.Millisecond }
	n := c.roll(1000)
	switch {
	case method == "auth.test", method == "apps.connections.open":
		return nil
	case strings.HasPrefix(method, "conversations."):
		switch {
		case n < 40:
			return &slacktest.Fault{Status: http.StatusServiceUnavailable}
		case n < 140:
			return &slacktest.Fault{Slow: some(30)}
		}
		return nil
	case n < 20:
		return &slacktest.Fault{Cut: true, Landed: true}
	case n < 30:
		return &slacktest.Fault{Cut: true}
	case n < 45:
		return &slacktest.Fault{Status: http.StatusBadGateway, Landed: true}
	case n < 60:
		return &slacktest.Fault{Status: http.StatusServiceUnavailable}
	case n < 63:
		return &slacktest.Fault{Status: http.StatusTooManyRequests, After: time.Second}
	case n < 110:
		return &slacktest.Fault{Slow: some(60)}
	case n < 150:
		return &slacktest.Fault{Wait: some(200)}
	}
	return nil
}

// ask makes up a question: in a channel, as a message and a mention beside it,
// the start of a thread or in one; in a direct message; as a command, answered
// for all or for the asker alone.
func (c *crowd) ask(i int) {
	user := fmt.Sprint("U", i%97)
	a := &posed{}
	switch n := c.roll(100); {
	case n < 20:
		a.channel = fmt.Sprint("CQ", i%20) // everybody there sees what the asker sees
		if a.alone = n < 10; a.alone {
			a.channel = fmt.Sprint("CP", i%10)
		}
		form := c.slack.CommandForm("/ask", a.channel, user, askedFor)
		payload := map[string]any{}
		for k, v := range form {
			payload[k] = v[0]
		}
		a.id, a.hook = "command-"+form.Get("trigger_id"), strings.TrimPrefix(form.Get("response_url"), c.slack.Base)
		a.sends = []send{{"slash_commands", payload}}
	case n < 45:
		a.channel = fmt.Sprint("D", i%97)
		a.say(c, user, askedFor, "message")
	default:
		a.channel = fmt.Sprint("C", i%30)
		if n < 65 && len(c.all) > 60 { // in the thread of an earlier one
			if b := c.all[len(c.all)-30-i%30]; b.hook == "" && !strings.HasPrefix(b.channel, "D") {
				a.channel, a.thread = b.channel, b.thread
			}
		}
		a.say(c, user, slacktest.Mention(askedFor), "message", "app_mention")
	}
	c.all = append(c.all, a)
	for range 1 + c.roll(3) {
		for _, s := range a.sends {
			c.to.Add(1)
			c.posts <- s
		}
	}
	if c.roll(4) == 0 && len(c.all) > 1 { // once more what was sent before, of an earlier life maybe
		for _, s := range c.all[c.roll(len(c.all))].sends {
			c.to.Add(1)
			c.posts <- s
		}
	}
}

func (a *posed) say(c *crowd, user, text string, kinds ...string) {
	ts := c.slack.Write(a.channel, user, text, a.thread)
	a.id = a.channel + "-" + ts
	for _, kind := range kinds {
		a.sends = append(a.sends, send{"events_api", c.slack.Callback(slacktest.Spoken(kind, a.channel, user, text, ts, a.thread))})
	}
	if a.thread == "" {
		a.thread = ts
	}
}

// deliver delivers until each is acknowledged, to whichever process runs.
func (c *crowd) deliver() {
	for s := range c.posts {
		for !c.life.Load().deliver(s.kind, s.payload) {
			select {
			case <-time.After(30 * time.Millisecond):
			case <-c.t.Context().Done():
				c.to.Done()
				return
			}
		}
		c.acks.Add(1)
		c.to.Done()
	}
}

// fates are what became of the questions.
type fates struct {
	answered, told, lost, doubled, halves int
	strange                               []string
}

// count looks at all that stands in Slack.
func (c *crowd) count() fates {
	answers, told := map[string]int{}, map[string]int{} // by event, or response URL
	var out fates
	perThread := map[string]int{}
	for _, m := range c.slack.All() {
		if m.User != slacktest.BotUser {
			continue
		}
		key, _ := m.Metadata["event"].(string)
		if m.Hook() != "" {
			key = m.Hook()
		}
		text := m.Everything()
		switch {
		case key == "" || m.Streaming:
			out.halves++
			out.strange = append(out.strange, fmt.Sprintf("half in %s/%s: %s", m.Channel, m.Thread, cut(text, 80)))
		case strings.Contains(text, "可能没有送达"):
			told[key]++
		case strings.Contains(text, "91.3%"):
			answers[key]++
			if m.To == "" {
				perThread[m.Channel+"/"+m.Thread]++
			}
		case m.To == "": // a mark that was left, a refusal
			out.halves++
			out.strange = append(out.strange, "left: "+cut(text, 80))
		}
	}
	want := map[string]int{}
	for _, a := range c.all {
		n, t := answers[a.id], told[a.id]
		if a.hook != "" {
			n, t = n+answers[a.hook], t+told[a.hook]
		} else {
			want[a.channel+"/"+a.thread]++
		}
		switch {
		case n > 1:
			out.doubled++
			out.strange = append(out.strange, fmt.Sprintf("%s: %d answers", a.id, n))
		case n == 1:
			out.answered++
		case t > 0 && a.hook != "":
			out.told++
		default:
			out.lost++
			out.strange = append(out.strange, a.id+": nothing")
		}
	}
	for _, thread := range slices.Sorted(maps.Keys(want)) { // the same without a look at metadata
		if got := perThread[thread]; got > want[thread] {
			out.strange = append(out.strange, fmt.Sprintf("%s: %d answers to %d questions", thread, got, want[thread]))
			out.doubled = max(out.doubled, 1)
		}
	}
	return out
}

// However often an event is delivered, and whenever the process is killed, its
// question is answered once. What only the asker sees cannot be looked up: it is
// answered once, or the asker told to ask again.
func TestPromiseOneAnswer(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	begun, open := time.Now(), 0
	for n := range promiseKills {
		l := c.begin(promisePace, n%3 == 2)
		c.life.Store(l)
		c.office()
		for len(c.all) < promiseEvents*(n+1)/(promiseKills+1) {
			c.ask(len(c.all))
		}
		if !within(t, 2*time.Minute, func() bool { a := c.count(); return a.lost < 300 }) {
			t.Fatalf("it does not keep up\n%s", l.text())
		}
		time.Sleep(time.Duration(c.roll(500)) * time.Millisecond) // anything may happen until then
		l.kill()
		open += c.count().lost
	}
	l := c.begin(promisePace, false)
	c.life.Store(l)
	for len(c.all) < promiseEvents {
		c.ask(len(c.all))
	}
	got := c.end(l)
	t.Logf("%d questions, %d deliveries acknowledged, %d kills with %.0f questions open each in %v: %d answered, %d told to ask again, %d lost, %d doubled, %d halves",
		len(c.all), c.acks.Load(), promiseKills, float64(open)/promiseKills, time.Since(begun).Round(time.Second), got.answered, got.told, got.lost, got.doubled, got.halves)
	c.mustBeWell(got, l)
	c.mustBeAudited()
}

// newCrowd is a crowd at a desk whose Slack is in a mood.
func newCrowd(t *testing.T) *crowd {
	t.Helper()
	c := &crowd{desk: newDesk(t), rnd: rand.New(rand.NewPCG(8, 15)), posts: make(chan send)}
	write(t, c.dir, "c.yaml", "serve: {admin: '127.0.0.1:0', http: '127.0.0.1:0'}\nslack: {queue: 2000}\nlimits: {user: 0, channel: 0, workspace: 0}\nchannels: {default: {collections: [desk]}, "+alone(10)+"}\n")
	c.slack.Pace, c.slack.Quiet, c.slack.Mood = promisePace, true, c.mood
	c.slack.Late = func() time.Duration { return time.Duration(c.roll(100)) * time.Millisecond }
	c.model.pause = func(string) {
		if held := c.held.Load(); held != nil {
			<-*held
		}
		time.Sleep(time.Duration(c.roll(4)) * time.Millisecond)
	}
	return c
}

// office starts those who deliver, once.
func (c *crowd) office() {
	if c.open {
		return
	}
	c.open = true
	for range 8 {
		go c.deliver()
	}
}

// end waits until all is delivered and answered, ends the last process and
// counts.
func (c *crowd) end(l *life) fates {
	c.t.Helper()
	c.to.Wait()
	close(c.posts)
	within(c.t, 3*time.Minute, func() bool { return c.count().lost == 0 })
	l.stop()
	<-l.done
	return c.count()
}

func (c *crowd) mustBeWell(got fates, l *life) {
	c.t.Helper()
	if got.lost+got.doubled+got.halves > 0 {
		c.t.Errorf("lost %d, doubled %d, halves %d:\n%s\n%s", got.lost, got.doubled, got.halves, strings.Join(got.strange[:min(len(got.strange), 20)], "\n"), l.text())
	}
	c.mustBeFinished()
}

// mustBeFinished checks that nothing is left to be done on disk.
func (c *crowd) mustBeFinished() {
	c.t.Helper()
	st, err := state.Open(c.t.Context(), c.dir+"/data", state.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	defer st.Close()
	if left, err := st.Pending(c.t.Context()); len(left) > 0 || err != nil {
		c.t.Errorf("%d events are unfinished: %v", len(left), err)
	}
}

// alone are settings of channels whose readers see less than the askers.
func alone(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("CP%d: {}", i))
	}
	return strings.Join(out, ", ")
}
