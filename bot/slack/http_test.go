package slack_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
)

const secret = "8f742231b10e8888abcd99yyyzzz85a5"

// request is what Slack sends over HTTP, signed at a time with a secret.
func request(path, kind, body, secret string, at time.Time) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	stamp := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}

func (r *rig) http(path, kind, body, secret string, at time.Time) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.slack.Handler().ServeHTTP(w, request(path, kind, body, secret, at))
	return w
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const (
	asJSON = "application/json"
	asForm = "application/x-www-form-urlencoded"
)

func TestHTTP(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		if w := r.http("/slack/events", asJSON, `{}`, secret, time.Now()); w.Code != http.StatusNotFound {
			t.Errorf("with Socket Mode: %d", w.Code)
		}
		r.stop()
		r.start(r.bot, slack.Options{SigningSecret: secret})
		if err := r.slack.Ready(); err != nil {
			t.Fatal(err)
		}
		if w := r.http("/slack/events", asJSON, `{"type":"url_verification","challenge":"c0ffee"}`, secret, time.Now()); w.Code != 200 || w.Body.String() != "c0ffee" {
			t.Errorf("challenge: %d %s", w.Code, w.Body)
		}
		event := marshal(t, r.Callback(slacktest.Spoken("app_mention", "C1", "U1", slacktest.Mention(question), "946684801.000100", "")))
		for _, c := range []struct {
			why, secret string
			at          time.Time
		}{{"another secret", "x", time.Now()}, {"too old", secret, time.Now().Add(-6 * time.Minute)}, {"from the future", secret, time.Now().Add(6 * time.Minute)}} {
			if w := r.http("/slack/events", asJSON, event, c.secret, c.at); w.Code != http.StatusUnauthorized {
				t.Errorf("%s: %d", c.why, w.Code)
			}
		}
		for range 3 {
			if w := r.http("/slack/events", asJSON, event, secret, time.Now()); w.Code != 200 {
				t.Errorf("event: %d %s", w.Code, w.Body)
			}
		}
		r.settle(10 * time.Second)
		m := r.one("C1")
		wantAll(t, m.Everything(), "目标价为86.40元", "青岚证券")

		if w := r.http("/slack/commands", asForm, r.CommandForm("/report", "C2", "U1", "兴业 上周").Encode(), secret, time.Now()); w.Code != 200 || w.Body.Len() > 0 {
			t.Errorf("command: %d %s", w.Code, w.Body)
		}
		press := url.Values{"payload": {marshal(t, r.Action(m, "U1", "feedback", "+"+answerOf(m)[1:]))}}
		if w := r.http("/slack/interactive", asForm, press.Encode(), secret, time.Now()); w.Code != 200 {
			t.Errorf("press: %d %s", w.Code, w.Body)
		}
		r.settle(10 * time.Second)
		wantAll(t, r.one("C2").Everything(), "目标价为86.40元")
		id := strings.TrimLeft(answerOf(m), "+-")
		if f, err := r.state.Feedback(t.Context(), id); err != nil || len(f) > 1 {
			t.Errorf("feedback %+v %v", f, err)
		}
	})
}

// What comes while the process ends is not refused: the next one answers it.
func TestAskedAtTheEnd(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.stop()
		r.start(r.bot, slack.Options{SigningSecret: secret})
		r.stop() // ended, and not gone yet
		if w := r.http("/slack/commands", asForm, r.CommandForm("/ask", "C1", "U1", question).Encode(), secret, time.Now()); w.Code != http.StatusOK {
			t.Fatalf("answered %d", w.Code)
		}
		r.unfinished(1)
		r.start(r.bot, slack.Options{SigningSecret: secret})
		r.settle(time.Minute)
		wantAll(t, r.one("C1").Everything(), "海外交付")
		r.unfinished(0)
	})
}
