package answer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/prompts"
	"reportbot/retrieval/openai"
)

// wired speaks to a server as the program does.
type wired struct{ chat *openai.Chat }

func (w wired) Ask(ctx context.Context, p prompts.Prompt, say func(string)) (Said, error) {
	r, err := w.chat.Stream(ctx, openai.Request{System: p.System, User: p.User}, say)
	if err == nil && r.FinishReason != "stop" {
		err = fmt.Errorf("the model stopped early (%s)", r.FinishReason)
	}
	return Said{Text: r.Text, Model: r.Model, PromptTokens: r.PromptTokens, CompletionTokens: r.CompletionTokens}, err
}

// line is the connection of one chat request.
type line struct {
	n    int    // of the request, from 0
	user string // what it asks
	w    http.ResponseWriter
	ctx  context.Context
	err  error // of the first write that failed: the client is gone
}

// raw sends bytes as they are.
func (l *line) raw(s string) {
	if l.err == nil {
		if _, l.err = io.WriteString(l.w, s); l.err == nil {
			l.err = http.NewResponseController(l.w).Flush()
		}
	}
}

// say sends pieces of the answer, an event each.
func (l *line) say(pieces ...string) {
	for _, s := range pieces {
		b, err := json.Marshal(s)
		if err != nil {
			panic("unreachable: a string is JSON")
		}
		l.raw(fmt.Sprintf(`data: {"model":"fake-1","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", b))
	}
}

var opening = regexp.MustCompile(`<src-\w+ (\d+)>`)

// number is the one that the prompt gives to the passage of these words.
func (l *line) number(words string) string {
	before, _, ok := strings.Cut(l.user, words)
	if all := opening.FindAllStringSubmatch(before, -1); ok && len(all) > 0 {
		return all[len(all)-1][1]
	}
	return "99"
}

// stop ends the answer for a reason.
func (l *line) stop(reason string) {
	l.raw(fmt.Sprintf(`data: {"choices":[{"index":0,"delta":{},"finish_reason":%q}]}`+"\n\n", reason))
	l.raw(`data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7}}` + "\n\ndata: [DONE]\n\n")
}

// server is a model behind the API. The n-th request gets the n-th of the
// turns, later ones the last.
type server struct {
	turns []func(*line)

	mu    sync.Mutex
	asked []string // bodies
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	s.mu.Lock()
	n := len(s.asked)
	s.asked = append(s.asked, string(body))
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	var q struct {
		Messages []struct{ Content string }
	}
	if err := json.Unmarshal(body, &q); err != nil || len(q.Messages) == 0 {
		http.Error(w, "no chat request", http.StatusBadRequest)
		return
	}
	s.turns[min(n, len(s.turns)-1)](&line{n: n, user: q.Messages[len(q.Messages)-1].Content, w: w, ctx: r.Context()})
}

// over starts a server and returns the model behind it.
func over(t *testing.T, o openai.Options, turns ...func(*line)) (*server, Chat) {
	t.Helper()
	s := &server{turns: turns}
	ts := httptest.NewServer(s)
	t.Cleanup(ts.Close)
	o.BaseURL, o.Model = ts.URL+"/v1", "m"
	return s, wired{openai.NewChat(o)}
}

// The first claim is out before the server says another word, wherever its
// marker stands.
func TestStreamPostsAtOnce(t *testing.T) {
	for _, first := range []string{"云栖算力合同总金额21.6亿元[1]。", "云栖算力合同总金额21.6亿元。[1]", "云栖算力合同总金额21.6亿元[1]\n"} {
		posted := make(chan time.Time, 8)
		var sent time.Time
		_, chat := over(t, openai.Options{}, func(l *line) {
			for _, r := range first {
				l.say(string(r))
			}
			sent = time.Now()
			select {
			case at := <-posted:
				t.Logf("%q: %.2f ms from the full stop to the post", first, float64(at.Sub(sent).Microseconds())/1000)
			case <-l.ctx.Done():
				return
			}
			l.say("含预付款", "20%[1]。")
			l.stop("stop")
		})
		var got []string
		out, err := New(desk().searcher(t), chat, nil, Options{}).Stream(t.Context(), queryOf(contract), func(c Claim, cites []report.Citation) {
			got = append(got, fmt.Sprint(c.Marked(), len(cites)))
			posted <- time.Now()
		})
		if err != nil || len(out.Notes) > 0 {
			t.Fatalf("%q: %v, notes %q", first, err, out.Notes)
		}
		if len(got) != 2 || got[1] != "含预付款20%。 [1]0" {
			t.Errorf("%q: posted %q, want two claims, the second without a new citation", first, got)
		}
	}
}

// Nobody waits for what was cancelled; what was posted before stays.
func TestStreamCancelled(t *testing.T) {
	for _, row := range []struct {
		first string
		want  string
	}{{"云栖算力", ""}, {"云栖算力合同总金额21.6亿元[1]。", "云栖算力合同总金额21.6亿元。 [1]"}} {
		ctx, cancel := context.WithCancel(t.Context())
		_, chat := over(t, openai.Options{}, func(l *line) {
			l.say(row.first)
			if row.want == "" {
				cancel()
			}
			<-l.ctx.Done()
		})
		out, err := New(desk().searcher(t), chat, nil, Options{}).Stream(ctx, queryOf(contract), func(Claim, []report.Citation) { cancel() })
		if row.want == "" && !errors.Is(err, context.Canceled) || row.want != "" && (err != nil || out.Reason.Code != "incomplete") || out.Text != row.want {
			t.Errorf("after %q: got %q, reason %q, %v, want %q", row.first, out.Text, out.Reason.Code, err, row.want)
		}
	}
}

// slowly says pieces with pauses.
type slowly struct {
	pieces []string
	pause  time.Duration
}

func (s slowly) Ask(_ context.Context, _ prompts.Prompt, say func(string)) (Said, error) {
	for _, p := range s.pieces {
		say(p)
		time.Sleep(s.pause)
	}
	return Said{}, nil
}

// A marker after the full stop leaves time for a second one, but not 50 ms.
func TestStreamGrace(t *testing.T) {
	const right = "云栖算力合同总金额21.6亿元。"
	for _, row := range []struct {
		why    string
		pieces []string
		pause  time.Duration
		want   []string // with the time since the beginning
	}{
		{"nothing follows", []string{right + "[1]", "含预付款20%[1]。"}, time.Second, []string{right + " [1] 35ms", "含预付款20%。 [1] 1s"}},
		{"the second marker in time", []string{right + "[1]", "[1]"}, 20 * time.Millisecond, []string{right + " [1] 40ms"}},
		{"the second marker too late", []string{right + "[1]", "[1]", "含预付款20%[1]。"}, time.Second, []string{right + " [1] 35ms", "含预付款20%。 [1] 2s"}},
		{"not borne: what follows is waited for", []string{"合同总金额99亿元。[1]", right + "[1]"}, time.Second, []string{right + " [1] 1.035s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := New(desk().searcher(t), slowly{row.pieces, row.pause}, nil, Options{})
			start := time.Now()
			var got []string
			if _, err := a.Stream(t.Context(), queryOf(contract), func(c Claim, _ []report.Citation) {
				got = append(got, fmt.Sprint(c.Marked(), " ", time.Since(start)))
			}); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(row.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", row.why, d)
			}
		})
	}
}

// What was posted is the answer: the same claims, in the same order, with the
// citations that each was the first to use; a model or none.
func TestStreamPostsAll(t *testing.T) {
	for _, row := range []struct {
		question string
		model    Chat
	}{
		{contract, &scripted{says: "云栖算力合同总金额21.6亿元[1]。含预付款25%[1]。", then: "含预付款20%[1]。"}},
		{contract, nil},
		{"星河智能的目标价，青岚和望江分别给多少", nil},
		{"有多少篇研报提到星河智能", nil},
		{contract, &scripted{says: "云栖算力合同总金额99亿元[1]。"}},
		{contract, &scripted{says: prompts.NoAnswer}},
	} {
		var claims []Claim
		var cites []report.Citation
		out, err := New(desk().searcher(t), row.model, nil, Options{}).Stream(t.Context(), queryOf(row.question), func(c Claim, fresh []report.Citation) {
			claims, cites = append(claims, c), append(cites, fresh...)
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(out.Claims, claims); d != "" {
			t.Errorf("%s: claims (-answer +posted):\n%s", row.question, d)
		}
		if d := cmp.Diff(out.Citations, cites); d != "" {
			t.Errorf("%s: citations (-answer +posted):\n%s", row.question, d)
		}
		if len(claims) > 0 != (out.Status == Answered) {
			t.Errorf("%s: %s with %d claims", row.question, out.Status, len(claims))
		}
	}
}
