package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// api calls Slack's Web API at the rates it allows, and again where that helps.
type api struct {
	client  *slack.Client
	http    *http.Client
	opt     Options
	limit   limiter
	refused func(code string) // hears that the token is not taken any more

	allowed func() // hears that it is taken again

	mu      sync.Mutex
	denied  bool
	lacking map[string]bool // methods this workspace does not have
}

func newAPI(opt Options, refused func(string), allowed func()) *api {
	a := &api{http: opt.client(), opt: opt, refused: refused, allowed: allowed, lacking: map[string]bool{}}
	a.limit.due = map[string]time.Time{}
	a.client = slack.New(opt.BotToken, slack.OptionAppLevelToken(opt.AppToken), slack.OptionAPIURL(opt.APIURL), slack.OptionHTTPClient(a.http))
	return a
}

// call is one call of the Web API.
type call struct {
	method  string
	channel string
	once    bool                                            // not worth repeating
	posts   bool                                            // a message appears: it counts against the channel's rate
	hidden  bool                                            // nobody can look whether it landed: rather never than twice
	landed  func(ctx context.Context) (string, bool, error) // whether a post whose reply was lost is there; nil: repeating does no harm
}

// tries bounds how often a call is made.
const tries = 5

// do makes a call: in its turn, after the time Slack asks for when it was too
// much, and once more when the server or the way to it failed. A post that may
// have landed is looked for before it is repeated; while that is not known it is
// not, and the error is errUnsure.
func (a *api) do(ctx context.Context, c call, f func(ctx context.Context) (string, error)) (string, error) {
	var err error
	for n := range tries {
		if err := a.turn(ctx, c); err != nil {
			return "", err
		}
		var ts string
		if ts, err = f(ctx); err == nil {
			a.taken()
			return ts, nil
		}
		tried := time.Now()
		why, wait := trouble(err, n)
		doubt := mayHaveLanded(err)
		if doubt && (c.hidden || c.landed != nil && ctx.Err() != nil) {
			return "", unsure(c.method, err)
		}
		if why == "" || c.once || ctx.Err() != nil {
			break
		}
		a.retry(c, why)
		if why == "rate" {
			a.holdAll(c, wait)
			continue // turn waits
		}
		if doubt && c.landed != nil {
			ts, ok, bad := a.look(ctx, c.landed, tried)
			if ok {
				return ts, nil
			}
			if bad != nil {
				a.opt.Log.Warn("not known whether a post landed", "method", c.method, "error", brief(bad))
				return "", unsure(c.method, err)
			}
			continue // look has waited
		}
		if pause(ctx, a.opt.paced(wait)) != nil {
			break
		}
	}
	a.note(c.method, code(err))
	return "", fmt.Errorf("%s: %w", c.method, err)
}

func (a *api) retry(c call, why string) {
	if a.opt.Meter != nil {
		a.opt.Meter.Count("slack_retries", "method", c.method, "reason", why)
	}
	a.opt.Log.Info("slack call repeated", "method", c.method, "reason", why)
}

// turn waits until the call may be made.
func (a *api) turn(ctx context.Context, c call) error {
	if r, ok := tiers[c.method]; ok {
		if err := a.limit.wait(ctx, c.method, r.at(a.opt)); err != nil {
			return err
		}
	}
	if c.posts {
		return a.limit.wait(ctx, "#"+c.channel, perChannel.at(a.opt))
	}
	return ctx.Err()
}

// holdAll keeps everybody from calling until Slack takes calls again. What a
// post ran into is its channel's rate.
func (a *api) holdAll(c call, d time.Duration) {
	if c.posts {
		a.limit.hold("#"+c.channel, d, perChannel.at(a.opt))
		return
	}
	r, ok := tiers[c.method]
	if !ok {
		r = rate{time.Second, 1}
	}
	a.limit.hold(c.method, d, r.at(a.opt))
}

// trouble says whether a call may be made again, and when.
func trouble(err error, n int) (why string, wait time.Duration) {
	back := time.Second << n
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &limited):
		return "rate", max(limited.RetryAfter, time.Second)
	case errors.As(err, &status):
		if status.Code >= 500 {
			return "server", back
		}
		return "", 0
	}
	switch c := code(err); {
	case c == "":
		if errors.Is(err, context.Canceled) {
			return "", 0
		}
		return "network", back
	case slices.Contains(serverTrouble, c):
		return "server", back
	case c == "ratelimited", c == "rate_limited":
		return "rate", back
	}
	return "", 0
}

// The words with which Slack says that it has trouble of its own, and that it
// does not take our token.
var (
	serverTrouble = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
	deniedToken   = []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)

// code is Slack's own word for an error, "" when it is not Slack's.
func code(err error) string {
	var e slack.SlackErrorResponse
	if errors.As(err, &e) {
		return e.Err
	}
	var told apiError
	if errors.As(err, &told) {
		return string(told)
	}
	return ""
}

// apiError is Slack's word for an error in a reply that we read ourselves.
type apiError string

func (e apiError) Error() string { return string(e) }

// note draws what follows from an error for later calls.
func (a *api) note(method, code string) {
	switch {
	case slices.Contains(deniedToken, code):
		a.mu.Lock()
		a.denied = true
		a.mu.Unlock()
		a.refused(code)
	case slices.Contains(notHere, code):
		a.mu.Lock()
		defer a.mu.Unlock()
		if !a.lacking[method] {
			a.opt.Log.Info("method not available", "method", method, "reason", code)
		}
		a.lacking[method] = true
	}
}

// notHere are Slack's words for a method that this workspace does not have.
var notHere = []string{"unknown_method", "missing_scope", "not_allowed_token_type", "method_not_supported_for_channel_type", "feature_not_enabled", "method_deprecated"}

// taken notes that Slack takes our token.
func (a *api) taken() {
	a.mu.Lock()
	was := a.denied
	a.denied = false
	a.mu.Unlock()
	if was {
		a.allowed()
	}
}

// takes reports whether Slack took our token last.
func (a *api) takes() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.denied
}

// has reports whether a method was not found wanting yet.
func (a *api) has(method string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.lacking[method]
}

// found is a message of ours in a channel.
type found struct {
	TS       string `json:"ts"`
	User     string `json:"user"`
	BotID    string `json:"bot_id"`
	Files    []file `json:"files"`
	Metadata struct {
		Payload map[string]any `json:"event_payload"`
	} `json:"metadata"`
}

// file is one that a message shows.
type file struct {
	ID string `json:"id"`
}

// mostPages bounds how many pages of a hundred messages find reads.
const mostPages = 20

// find looks for a message of ours since oldest, in a thread or a channel, page
// by page: much may have been said since. It reads the replies itself: slack-go
// refuses a whole thread for one block element it does not know.
func (a *api) find(ctx context.Context, channel, thread, oldest string, is func(found) bool) (string, bool, error) {
	for n, cursor := 0, ""; n < mostPages; n++ {
		ts, next, err := a.findOn(ctx, cursor, channel, thread, oldest, is)
		if err != nil || ts != "" || next == "" {
			return ts, ts != "", err
		}
		cursor = next
	}
	return "", false, errors.New("too many messages to look through")
}

// findOn looks through a page, and names the next one.
func (a *api) findOn(ctx context.Context, cursor, channel, thread, oldest string, is func(found) bool) (ts, next string, err error) {
	method, v := "conversations.history", url.Values{"channel": {channel}, "oldest": {oldest}, "inclusive": {"true"}, "limit": {"100"}, "include_all_metadata": {"true"}}
	if thread != "" {
		method = "conversations.replies"
		v.Set("ts", thread)
	}
	if cursor != "" {
		v.Set("cursor", cursor)
	}
	var out struct {
		OK       bool    `json:"ok"`
		Error    string  `json:"error"`
		Messages []found `json:"messages"`
		More     struct {
			Cursor string `json:"next_cursor"`
		} `json:"response_metadata"`
	}
	_, err = a.do(ctx, call{method: method}, func(ctx context.Context) (string, error) {
		if err := a.form(ctx, method, v, &out); err != nil {
			return "", err
		}
		if !out.OK {
			return "", apiError(out.Error)
		}
		return "", nil
	})
	if err != nil {
		return "", "", err
	}
	if i := slices.IndexFunc(out.Messages, is); i >= 0 {
		return out.Messages[i].TS, "", nil
	}
	return "", out.More.Cursor, nil
}

// form calls a method and decodes its reply into out.
func (a *api) form(ctx context.Context, method string, v url.Values, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.opt.APIURL+method, strings.NewReader(v.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+a.opt.BotToken)
	resp, err := a.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests {
		after, _ := time.ParseDuration(resp.Header.Get("Retry-After") + "s")
		return &slack.RateLimitedError{RetryAfter: after}
	}
	if resp.StatusCode != http.StatusOK {
		return slack.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
