package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/prompts"
	"reportbot/retrieval/openai"
)

// spendEnv makes this test binary spend a budget at the server that it names, in
// the folder behind it, until it is used up.
const spendEnv = "REPORTBOT_TEST_SPEND"

const (
	spenders = 8
	// mostSent and mostSaid bound a prompt and a reply of the test, in bytes.
	mostSent = 12_000
	mostSaid = 6_000
	// oneCall is what a call may use at most by what is known of it: its prompt,
	// what is added to that, and where a model is no longer listened to.
	oneCall = mostSent + 100 + 20_000
	// thought is what a call uses of a model that thinks unheard.
	thought = 60_000
)

// spend asks as fast as it can and tells when there is nothing left.
func spend(where string) int {
	url, dir, _ := strings.Cut(where, " ")
	ctx := context.Background() // a process of its own
	st, err := state.Open(ctx, dir, state.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	b := &bot.Budget{
		Chat:   chat{openai.NewChat(openai.Options{BaseURL: url, Model: "m", Timeout: 20 * time.Second, FirstToken: 5 * time.Second, BetweenTokens: time.Second, Retries: 2})},
		Ledger: ledger{st}, Limit: budgetLimit, Now: func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) },
	}
	var all sync.WaitGroup
	for range spenders {
		all.Go(func() {
			for {
				p := prompts.Prompt{System: "s", User: strings.Repeat("x", rand.IntN(mostSent-1))}
				if _, err := b.Ask(ctx, p, func(string) {}); errors.Is(err, answer.ErrSpent) {
					return
				}
			}
		})
	}
	all.Wait()
	fmt.Println("spent")
	return 0
}

// till is a model server that keeps count of what it would be paid for.
type till struct {
	high  bool // it counts more than bytes can hold, and means it
	mu    sync.Mutex
	calls int
	paid  int64 // tokens
	kill  func()
	at    int // the call that kill is called with
	modes map[string]int
}

// ServeHTTP answers a call: well, with or without a count, with a wrong one, cut
// off, or not at all.
func (s *till) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	s.mu.Lock()
	n := s.calls
	s.calls++
	mode := []string{"counted", "silent", "low", "counted", "cut", "refused", "mute", "counted"}[n%8]
	said := strings.Repeat("好", rand.IntN(mostSaid/3))
	prompt, completion := int64(len(body))/4, int64(len(said))/3+1
	if s.high && mode == "counted" {
		completion = thought - prompt
	}
	if s.modes[mode]++; mode != "refused" {
		s.paid += prompt + completion
	}
	if n == s.at && s.kill != nil {
		s.kill()
	}
	s.mu.Unlock()
	if mode == "refused" {
		http.Error(w, "come back later", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	event := func(format string, args ...any) { fmt.Fprintf(w, "data: "+format+"\n\n", args...) }
	if mode != "mute" {
		text, _ := json.Marshal(said + "。")
		event(`{"choices":[{"index":0,"delta":{"content":%s}}]}`, text)
	}
	if mode == "cut" || mode == "mute" {
		return
	}
	event(`{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`)
	switch mode {
	case "counted":
		event(`{"choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":%d}}`, prompt, completion)
	case "low":
		event(`{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}`)
	}
	event("[DONE]")
}

// Many callers at once, killed and started again, with a server that counts, does
// not, lies, breaks off or refuses: what it is paid for in a day passes the budget
// by no more than one call, and the budget is used up before anybody is refused.
func TestPromiseBudget(t *testing.T) {
	for _, high := range []bool{false, true} {
		t.Run(fmt.Sprint("thinks unheard ", high), func(t *testing.T) {
			s := &till{high: high, modes: map[string]int{}}
			web := httptest.NewServer(s)
			defer web.Close()
			dir, most := t.TempDir(), int64(oneCall)
			if high {
				most = thought + 2*mostSent // with two tries that broke off before
			}
			kills, spent := 0, false
			for !spent {
				cmd := exec.CommandContext(t.Context(), os.Args[0])
				cmd.Env = cleanEnv(spendEnv + "=" + web.URL + "/v1 " + dir)
				cmd.Stderr = os.Stderr
				s.mu.Lock()
				s.at, s.kill = s.calls+5+rand.IntN(callsApart), nil
				if kills < budgetKills {
					s.kill = func() { _ = cmd.Process.Kill() }
				}
				s.mu.Unlock()
				out, _ := cmd.Output() // killed, mostly
				if spent = strings.Contains(string(out), "spent"); !spent {
					kills++
				}
			}
			st, err := state.Open(t.Context(), dir, state.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			counted, err := st.Spent(t.Context(), "2026-11-25")
			if err != nil {
				t.Fatal(err)
			}
			if n := counted.Tokens(); n < budgetLimit || n > budgetLimit+most {
				t.Errorf("%d tokens are counted, want %d and at most %d more", n, budgetLimit, most)
			}
			if s.paid > counted.Tokens() || s.paid > budgetLimit+most {
				t.Errorf("%d tokens are to be paid for, %d are counted", s.paid, counted.Tokens())
			}
			t.Logf("budget %d: %d counted (%d of them left by kills), %d to be paid for; %d calls %v, %d kills", budgetLimit, counted.Tokens(), counted.Reserved, s.paid, s.calls, s.modes, kills)
		})
	}
}

// In a running serve: the first answer is the model's; when the budget is used up
// reports are quoted, each answer says why, the log does once, and so it is after
// a restart.
func TestServeBudget(t *testing.T) {
	d := newDesk(t)
	write(t, d.dir, "c.yaml", "serve: {admin: '127.0.0.1:0', http: '127.0.0.1:0'}\nlimits: {tokens_per_day: 1}\n")
	ask := func(s *serving, channel, want string) {
		t.Helper()
		d.slack.Say(channel, "U1", slacktest.Mention(askedFor), "")
		until(t, "an answer", func() bool { return len(d.answers(channel)) == 1 })
		if got := d.answers(channel)[0].Everything(); strings.Contains(got, "用量已用完") != (want == "spent") {
			t.Errorf("%s: %s", channel, got)
		}
	}
	start := func() *serving {
		s := serveAs(t, d.dir, d.api, "OPENAI_BASE_URL="+d.url, "SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_APP_TOKEN="+slacktest.AppToken)
		until(t, "ready", func() bool { code, _ := s.page("/readyz"); return code == 200 })
		return s
	}
	s := start()
	ask(s, "C1", "model")
	ask(s, "C2", "spent")
	ask(s, "C3", "spent")
	until(t, "the figures", func() bool {
		_, page := s.page("/metrics")
		return strings.Contains(page, "reportbot_budget_refused_total 2")
	})
	s.end()
	if n := strings.Count(s.text(), "the tokens of the day are used up"); n != 1 {
		t.Errorf("the log says so %d times:\n%s", n, s.text())
	}
	s = start()
	ask(s, "C4", "spent")
	s.end()
	d.model.mu.Lock()
	defer d.model.mu.Unlock()
	if n := len(d.model.chats); n != 1 {
		t.Errorf("the model was asked %d times", n)
	}
}
