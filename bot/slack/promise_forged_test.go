package slack_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
)

// forger makes requests that Slack did not send, or not so.
type forger struct {
	*rig
	rand *rand.Rand
	n    int
}

// valid is a request as Slack sends it, for one of the three paths, and new each
// time. base is the beginning of its response_url, "" for Slack's.
func (f *forger) valid(base, team string) (path, kind, body string) {
	f.n++
	switch f.n % 3 {
	case 0:
		e := f.Callback(slacktest.Spoken("app_mention", "C1", "U1", slacktest.Mention(question), fmt.Sprintf("946684801.%06d", f.n), ""))
		return "/slack/events", asJSON, marshal(f.t, e)
	case 1:
		v := f.CommandForm("/ask", "C1", "U1", question)
		v.Set("team_id", team)
		if base != "" {
			v.Set("response_url", base)
		}
		return "/slack/commands", asForm, v.Encode()
	}
	a := f.Action(slacktest.Message{Channel: "C1", TS: "1.1"}, "U1", "card_0", "999230.SZ")
	a["team"] = map[string]any{"id": team}
	if base != "" {
		a["response_url"] = base
	}
	return "/slack/interactive", asForm, url.Values{"payload": {marshal(f.t, a)}}.Encode()
}

// forgeries are the ways to forge a request; each returns one.
var forgeries = []struct {
	name string
	make func(f *forger, path, kind, body string) *http.Request
}{
	{"another secret", func(_ *forger, p, k, b string) *http.Request { return request(p, k, b, "x"+secret, time.Now()) }},
	{"no signature", func(_ *forger, p, k, b string) *http.Request {
		return without(request(p, k, b, secret, time.Now()), "X-Slack-Signature")
	}},
	{"no time", func(_ *forger, p, k, b string) *http.Request {
		return without(request(p, k, b, secret, time.Now()), "X-Slack-Request-Timestamp")
	}},
	{"a signature cut", func(f *forger, p, k, b string) *http.Request {
		return changed(request(p, k, b, secret, time.Now()), "X-Slack-Signature", func(s string) string { return s[:f.rand.IntN(len(s))] })
	}},
	{"a digit of the signature", func(f *forger, p, k, b string) *http.Request {
		return changed(request(p, k, b, secret, time.Now()), "X-Slack-Signature", func(s string) string {
			i := 3 + f.rand.IntN(len(s)-3)
			return s[:i] + string("0123456789abcdef"[(strings.IndexByte("0123456789abcdef", s[i])+1+f.rand.IntN(15))%16]) + s[i+1:]
		})
	}},
	{"another version", func(_ *forger, p, k, b string) *http.Request {
		return changed(request(p, k, b, secret, time.Now()), "X-Slack-Signature", func(s string) string { return "v1" + s[2:] + "0" })
	}},
	{"a byte of the body", func(f *forger, p, k, b string) *http.Request {
		i := f.rand.IntN(len(b))
		return body(request(p, k, b, secret, time.Now()), b[:i]+string(b[i]^byte(1+f.rand.IntN(127)))+b[i+1:])
	}},
	{"a longer body", func(_ *forger, p, k, b string) *http.Request {
		return body(request(p, k, b, secret, time.Now()), b+" ")
	}},
	{"a shorter body", func(f *forger, p, k, b string) *http.Request {
		return body(request(p, k, b, secret, time.Now()), b[:f.rand.IntN(len(b))])
	}},
	{"five minutes old", func(f *forger, p, k, b string) *http.Request {
		return request(p, k, b, secret, time.Now().Add(-time.Duration(301+f.rand.IntN(1e6))*time.Second))
	}},
	{"five minutes ahead", func(f *forger, p, k, b string) *http.Request {
		return request(p, k, b, secret, time.Now().Add(time.Duration(301+f.rand.IntN(1e6))*time.Second))
	}},
	{"another time", func(f *forger, p, k, b string) *http.Request {
		return changed(request(p, k, b, secret, time.Now()), "X-Slack-Request-Timestamp", func(s string) string {
			return []string{"", "now", "-" + s, s + "0000", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "0x5f", s + ".5", " " + s + "x"}[f.rand.IntN(10)]
		})
	}},
	{"in the query", func(_ *forger, p, k, b string) *http.Request {
		r := request(p, k, b, secret, time.Now())
		r = body(r, "")
		if r.URL.RawQuery = b; k == asJSON {
			r.URL.RawQuery = url.Values{"payload": {b}}.Encode()
		}
		return r
	}},
	{"another content type", func(f *forger, p, _, b string) *http.Request {
		return request(p, []string{"", "text/plain", "multipart/form-data; boundary=x", "application/xml"}[f.rand.IntN(4)], b, secret, time.Now())
	}},
	{"compressed", func(_ *forger, p, k, b string) *http.Request {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, _ = w.Write([]byte(b)) // into memory
		_ = w.Close()
		r := request(p, k, z.String(), secret, time.Now())
		r.Header.Set("Content-Encoding", "gzip")
		return r
	}},
	{"two signatures", func(_ *forger, p, k, b string) *http.Request {
		r := request(p, k, b, secret, time.Now())
		r.Header.Add("X-Slack-Signature", "v0=00")
		return r
	}},
	{"two times", func(_ *forger, p, k, b string) *http.Request {
		r := request(p, k, b, secret, time.Now())
		r.Header.Add("X-Slack-Request-Timestamp", "1")
		return r
	}},
	{"too large", func(_ *forger, p, k, b string) *http.Request {
		return request(p, k, b+strings.Repeat(" ", 1<<20), secret, time.Now())
	}},
	{"another method", func(f *forger, p, k, b string) *http.Request {
		r := request(p, k, b, secret, time.Now())
		r.Method = []string{"GET", "PUT", "DELETE", "PATCH", "HEAD"}[f.rand.IntN(5)]
		return r
	}},
	{"another path", func(f *forger, p, k, b string) *http.Request {
		return request([]string{"/", "/slack", "/slack/events/x", "/slack/", "/metrics"}[f.rand.IntN(5)], k, b, secret, time.Now())
	}},
}

// elsewhere are addresses that no answer is sent to.
var elsewhere = []string{
	"http://169.254.169.254/latest/meta-data/", "https://hooks.slack.com.evil.example/x", "https://evil.example/hooks.slack.com", "http://localhost:8090/metrics",
	"https://slack.test/hook/1", "http://slack.test:81/hook/1", "http://u@slack.test/hook/1", "http://evil.example\\@slack.test/hook/1", "file:///etc/passwd", "gopher://slack.test/1",
	"//slack.test/hook/1", "http://slack.test.evil.example/hook/1", "http://[::1]/x", "http://0x7f000001/", "slack.test/hook/1", "http:// slack.test/", "javascript:alert(1)",
}

func without(r *http.Request, name string) *http.Request { r.Header.Del(name); return r }

func changed(r *http.Request, name string, f func(string) string) *http.Request {
	r.Header.Set(name, f(r.Header.Get(name)))
	return r
}

func body(r *http.Request, s string) *http.Request {
	out := httptest.NewRequest(r.Method, r.URL.Path, strings.NewReader(s))
	out.Header = r.Header
	return out
}

// Nothing that Slack did not send, or sent before, is worked on: no row on the
// disk, no call to Slack, no question for the model behind the bot.
func TestPromiseForged(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.stop()
		r.start(r.bot, slack.Options{SigningSecret: secret})
		f := &forger{rig: r, rand: rand.New(rand.NewPCG(1, 10))}
		handler, calls := r.slack.Handler(), len(r.Calls(""))
		send := func(q *http.Request) int {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, q)
			return w.Code
		}
		sent, all, taken := map[string]int{}, 0, 0
		refused := func(name string, q *http.Request) {
			sent[name]++
			all++
			if code := send(q); code < 400 {
				taken++
				t.Errorf("%s: %s %s is taken: %d", name, q.Method, q.URL.Path, code)
			}
		}
		for i := range forged {
			way := forgeries[i%len(forgeries)]
			path, kind, b := f.valid("", slacktest.Team)
			refused(way.name, way.make(f, path, kind, b))
		}
		for i := range forged / 4 {
			f.n += 1 - f.n%3 + i%2 - 1 // commands and presses
			base, team := elsewhere[i%len(elsewhere)], slacktest.Team
			if i%5 == 4 {
				base, team = "", "T2"
			}
			path, kind, b := f.valid(base, team)
			refused("signed, of elsewhere", request(path, kind, b, secret, time.Now()))
		}
		r.settle(time.Minute)
		if n := len(r.Calls("")) - calls; n > 0 || len(r.bot.heard()) > 0 {
			t.Errorf("%d calls to Slack, %d questions", n, len(r.bot.heard()))
		}
		r.unfinished(0)
		var own []func() *http.Request
		for range 3 { // one of each path
			path, kind, b := f.valid("", slacktest.Team)
			own = append(own, func() *http.Request { return request(path, kind, b, secret, time.Now()) })
			if code := send(own[len(own)-1]()); code != http.StatusOK {
				t.Fatalf("Slack's own request to %s: %d", path, code)
			}
		}
		r.settle(time.Minute)
		calls = len(r.Calls(""))
		for i := range forged / 4 {
			if code := send(own[i%3]()); code != http.StatusOK {
				t.Errorf("a request that Slack sends again: %d", code)
			}
		}
		r.settle(time.Minute)
		if n := len(r.Calls("")) - calls; n > 0 || len(r.bot.heard()) != 3 {
			t.Errorf("after the replays %d calls more, %d questions", n, len(r.bot.heard()))
		}
		r.unfinished(0)
		t.Logf("%d forged, mutated and foreign requests, taken %d; %d replays, 0 work: %v", all, taken, forged/4, sent)
	})
}
