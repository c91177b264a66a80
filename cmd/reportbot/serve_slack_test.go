package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"reportbot/bot/slack/slacktest"
)

// until waits for something outside of this process, which tells of itself to
// nobody: it looks again and again.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for end := time.After(30 * time.Second); !ok(); { // this machine may be busy
		select {
		case <-look.C:
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// desk is a workspace with the whole program in it, and a model.
type desk struct {
	t     testing.TB
	dir   string
	slack *slacktest.Server
	api   string
	model *fakeAPI
	url   string // of the model
}

const (
	shown    = "溪谷光学二号产线良率为91.3%" // what the model says of the report
	askedFor = "溪谷光学二号产线的良率是多少？"
)

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), slack: slacktest.New()}
	t.Cleanup(d.slack.Close)
	web := httptest.NewServer(d.slack)
	d.slack.Base = web.URL
	t.Cleanup(web.Close)
	d.model = &fakeAPI{finish: "stop", reply: func() string { return shown + "。[1]" }}
	model := httptest.NewServer(d.model)
	t.Cleanup(model.Close)
	d.api, d.url = web.URL+"/api/", model.URL+"/v1"
	write(t, d.dir, "in/a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%，较上季提高2.1个百分点。三号产线明年投产。\n")
	mustRun(t, reportbot(t, d.dir, "ingest", "in"), exitDone)
	return d
}

// serve starts the program and waits until it is connected.
func (d *desk) serve() *serving {
	d.t.Helper()
	return d.serveWith("limits: {user: 0, channel: 0, workspace: 0}\n")
}

// serveWith is serve with settings of its own.
func (d *desk) serveWith(settings string) *serving {
	d.t.Helper()
	write(d.t, d.dir, "c.yaml", "serve: {admin: '127.0.0.1:0', http: '127.0.0.1:0'}\n"+settings)
	s := serveAs(d.t, d.dir, d.api, "OPENAI_BASE_URL="+d.url, "SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_APP_TOKEN="+slacktest.AppToken)
	until(d.t, "ready", func() bool { code, _ := s.page("/readyz"); return code == 200 })
	return s
}

// answers are the bot's finished messages in a channel.
func (d *desk) answers(channel string) []slacktest.Message {
	var out []slacktest.Message
	for _, m := range d.slack.Said(channel) {
		if !m.Streaming && strings.Contains(m.Everything(), "91.3%") {
			out = append(out, m)
		}
	}
	return out
}

// A mention is answered with its source, once: not again when Slack sends it
// again, nor after a restart. The answer that is being written when the end
// comes is finished.
func TestServeAnswers(t *testing.T) {
	d := newDesk(t)
	s := d.serve()
	_, first := d.slack.Say("C1", "U1", slacktest.Mention(askedFor), "")
	until(t, "an answer", func() bool { return len(d.answers("C1")) == 1 })
	got := d.answers("C1")[0]
	for _, want := range []string{shown, "[1]", "青岚证券", "溪谷光学点评", "2026-04-02", "§1 产能", "溪谷光学二号产线的良率是91.3%，较上季提高2.1个百分点。"} {
		if !strings.Contains(got.Everything(), want) {
			t.Errorf("the answer lacks %s:\n%s", want, got.Everything())
		}
	}
	until(t, "the figures", func() bool {
		_, page := s.page("/metrics")
		return strings.Contains(page, `reportbot_outcomes_total{outcome="answered"} 1`) &&
			strings.Contains(page, `reportbot_tokens_total{kind="prompt"} 11`) && strings.Contains(page, `stage="search"`) &&
			strings.Contains(page, "reportbot_queue_length 0")
	})
	// the end comes in the middle of a second answer
	reached, goOn := make(chan struct{}), make(chan struct{})
	var second atomic.Bool // not sync.Once: whoever comes later would wait, too
	d.model.pause = func(string) {
		if second.CompareAndSwap(false, true) {
			close(reached)
			<-goOn
		}
	}
	d.slack.Say("C2", "U2", slacktest.Mention(askedFor), "")
	<-reached
	s.term()
	until(t, "not ready any more", func() bool { code, said := s.page("/readyz"); return code == 503 && said == "stopping" })
	close(goOn)
	s.ended()
	if n := len(d.answers("C2")); n != 1 {
		t.Errorf("%d answers to what was asked before the end, want 1", n)
	}
	d.again(first)
	if log := s.text(); strings.Contains(log, "良率") || strings.Contains(log, slacktest.BotToken) {
		t.Errorf("the log holds what it must not:\n%s", log)
	}
}

// again starts the program once more: nothing is answered twice.
func (d *desk) again(first *slacktest.Envelope) {
	t := d.t
	t.Helper()
	s := d.serve()
	defer s.end()
	d.slack.Send(first.Type, first.Payload)
	d.slack.Say("C3", "U3", slacktest.Mention(askedFor), "")
	until(t, "an answer after the restart", func() bool { return len(d.answers("C3")) == 1 })
	// what the first answer was drawn from is read from the store
	d.slack.Press(d.answers("C1")[0], "U1", "passages", true)
	until(t, "the passages", func() bool { return len(d.slack.Views()) > 0 })
	if view := fmt.Sprint(d.slack.Views()[0]); !strings.Contains(view, "三号产线明年投产") {
		t.Errorf("the passages are not shown: %s", view)
	}
	for channel, want := range map[string]int{"C1": 1, "C2": 1} {
		if n := len(d.answers(channel)); n != want {
			t.Errorf("%d answers in %s after the restart, want %d", n, channel, want)
		}
	}
}

// What was being answered when the process was killed is answered by the next.
func TestServeKilled(t *testing.T) {
	d := newDesk(t)
	s := d.serve()
	reached := make(chan struct{})
	var killed atomic.Bool
	d.model.pause = func(string) {
		if killed.CompareAndSwap(false, true) {
			close(reached)
			<-t.Context().Done()
		}
	}
	d.slack.Say("C1", "U1", slacktest.Mention(askedFor), "")
	<-reached
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for range s.lines { // until it is gone
	}
	_ = s.cmd.Wait() // killed, as it should be
	s = d.serve()
	until(t, "an answer", func() bool { return len(d.answers("C1")) == 1 })
	s.end()
	if a := d.answers("C1"); len(a) != 1 || !strings.Contains(a[0].Everything(), shown) {
		t.Errorf("answers: %+v, want one, the model's", a)
	}
}

// Without an app-level token Slack calls: what it signed is answered, what
// somebody else sends is not.
func TestServeHTTP(t *testing.T) {
	d := newDesk(t)
	const secret = "8f742231b10e8888abcd99yyyzzz85a5"
	s := serve(t, d.dir, d.api, "OPENAI_BASE_URL="+d.url, "SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_SIGNING_SECRET="+secret)
	base := "http://" + s.next("listening")["address"].(string)
	until(t, "ready", func() bool { code, _ := s.page("/readyz"); return code == 200 })
	post := func(channel, key string) int {
		t.Helper()
		body, err := json.Marshal(d.slack.Callback(slacktest.Spoken("app_mention", channel, "U1", slacktest.Mention(askedFor), "1795620561.000001", "")))
		if err != nil {
			t.Fatal(err)
		}
		at := strconv.FormatInt(time.Now().Unix(), 10)
		sum := hmac.New(sha256.New, []byte(key))
		fmt.Fprintf(sum, "v0:%s:%s", at, body)
		req, err := http.NewRequestWithContext(t.Context(), "POST", base+"/slack/events", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Content-Type": {"application/json"}, "X-Slack-Request-Timestamp": {at}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(sum.Sum(nil))}}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	if code := post("C2", "another"); code != http.StatusUnauthorized {
		t.Errorf("a stranger's call: %d, want %d", code, http.StatusUnauthorized)
	}
	if code := post("C1", secret); code != http.StatusOK {
		t.Errorf("Slack's call: %d, want %d", code, http.StatusOK)
	}
	until(t, "an answer", func() bool { return len(d.answers("C1")) == 1 })
	s.end()
	if n := len(d.slack.Said("C2")); n != 0 {
		t.Errorf("%d messages to the stranger's channel, want none", n)
	}
}
