package openai

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var ask = Request{System: "be brief", User: "净利润多少？", MaxTokens: 300}

func TestStreamWhole(t *testing.T) {
	whole := Completion{Text: "12.4 亿元", FinishReason: "stop", PromptTokens: 11, CompletionTokens: 7, Model: "m-1-2026"}
	with := func(change func(*Completion)) Completion {
		c := whole
		change(&c)
		return c
	}
	uncounted := with(func(c *Completion) { c.PromptTokens, c.CompletionTokens = 0, 0 })
	tests := []struct {
		name  string
		reply http.HandlerFunc
		want  Completion
	}{
		{"plain", stream(delta("12.4 "), delta("亿元"), fin("stop"), usage, done), whole},
		{"no DONE", stream(delta("12.4 "), delta("亿元"), fin("stop"), usage), whole},
		{"reset after the end", stream(delta("12.4 "), delta("亿元"), fin("stop"), usage, "reset"), whole},
		{"open after the end", stream(delta("12.4 "), delta("亿元"), fin("stop"), usage, "hang"), whole},
		{"no newline after the last line", stream(delta("12.4 "), delta("亿元"), strings.TrimSpace(fin("stop"))), uncounted},
		{"no blank after data:", stream("data:"+delta("12.4 亿元")[6:], fin("stop"), usage, "data:[DONE]\n"), whole},
		{"CRLF", stream(strings.ReplaceAll(delta("12.4 亿元")+fin("stop")+usage+done, "\n", "\r\n")), whole},
		{"byte order mark", stream("\ufeff", delta("12.4 亿元"), fin("stop"), usage, done), whole},
		{"1000 keep-alives", stream(strings.Repeat(": ping\n\n", 1000), delta("12.4 "), ": ping\n\n",
			"event: message\nid: 7\nretry: 100\n", delta("亿元"), fin("stop"), usage, done), whole},
		{"error is null", stream(`data: {"error":null,"choices":[{"index":0,"delta":{"content":"12.4 亿元"}}],"model":"m-1-2026"}`+"\n\n",
			fin("stop"), usage, done), whole},
		{"word error in the text", stream(delta(`"error"`), fin("stop"), usage, done),
			with(func(c *Completion) { c.Text = `"error"` })},
		{"second choice", stream(delta("12.4 亿元"), `data: {"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"stop"}]}`+"\n\n",
			fin("stop"), usage, done), whole},
		{"said again after the end", stream(delta("12.4 亿元"), fin("stop"), delta("12.4 亿元"), fin("stop"), usage, done), whole},
		{"length", stream(delta("12.4 亿元"), fin("length"), usage, done), with(func(c *Completion) { c.FinishReason = "length" })},
		{"content filter", stream(delta("12.4 亿元"), fin("content_filter"), usage, done),
			with(func(c *Completion) { c.FinishReason = "content_filter" })},
		{"thinks first", stream(`data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}`+"\n\n",
			delta("12.4 亿元"), fin("stop"), usage, done), whole},
		{"in one piece", text(200, "application/json", "\n {\n\"model\":\"m-1-2026\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"12.4 亿元\"},"+
			`"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7}}`), whole},
		{"stream labelled as text", text(200, "text/plain", delta("12.4 亿元")+fin("stop")+usage+done), whole},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.reply)
			o := f.options(t)
			o.BetweenTokens = time.Second
			if tt.name == "open after the end" {
				o.BetweenTokens = 20 * time.Millisecond
			}
			var heard strings.Builder
			got, err := NewChat(o).Stream(t.Context(), ask, func(s string) { heard.WriteString(s) })
			if err != nil {
				t.Fatalf("Stream: %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Completion (-want +got):\n%s", diff)
			}
			if heard.String() != tt.want.Text {
				t.Errorf("onDelta heard %q, want %q", heard.String(), tt.want.Text)
			}
			if f.calls() != 1 {
				t.Errorf("%d calls, want 1", f.calls())
			}
		})
	}
}

func TestStreamFaults(t *testing.T) {
	tests := []struct {
		name  string
		reply http.HandlerFunc
		want  error  // by errors.Is, or
		says  string // in the text
		text  string // heard before the fault
		calls int
	}{
		{name: "cut after text", reply: stream(delta("12")), want: ErrCut, text: "12", calls: 1},
		{name: "DONE without a finish", reply: stream(delta("12"), done), want: ErrCut, text: "12", calls: 1},
		{name: "cut before text", reply: stream(`data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}` + "\n\n"), want: ErrCut, calls: 2},
		{name: "cut inside a line", reply: stream(delta("12"), delta("34")[:40]), want: ErrCut, text: "12", calls: 1},
		{name: "reset", reply: stream(delta("12"), "reset"), want: ErrCut, text: "12", calls: 1},
		{name: "nothing at all", reply: stream(), want: ErrCut, calls: 2},
		{name: "one piece cut", reply: text(200, "application/json", `{"choices":[{"mess`), want: ErrCut, calls: 2},
		{name: "no first word", reply: stream("hang"), want: ErrStalled, says: "no first word within", calls: 2},
		{name: "role, no word", reply: stream(`data: {"choices":[{"delta":{"role":"assistant"}}]}`+"\n\n", "hang"), want: ErrStalled, says: "no first word within", calls: 2},
		{name: "stalled", reply: stream(delta("12"), "hang"), want: ErrStalled, says: "no further word within", text: "12", calls: 1},
		{name: "empty choices", reply: stream(`data: {"choices":[]}`+"\n\n", done), want: ErrEmpty, calls: 2},
		{name: "nothing said", reply: stream(fin("stop"), done), want: ErrEmpty, says: `"stop"`, calls: 1},
		{name: "blanks said", reply: stream(delta(" \n"), fin("length"), done), want: ErrEmpty, says: `"length"`, text: " \n", calls: 1},
		{name: "refusal", reply: stream(`data: {"choices":[{"delta":{"refusal":"I can't"}}]}`+"\n\n", fin("stop"), done), want: ErrEmpty, says: `"I can't"`, calls: 1},
		{name: "broken JSON", reply: stream("data: {\"choices\":[}\n\n", done), want: ErrMalformed, calls: 2},
		{name: "JSON of another shape", reply: stream("data: {\"choices\":7}\n\n", done), want: ErrMalformed, calls: 2},
		{name: "not JSON", reply: stream("data: hello \x1b[31m there\n\n"), want: ErrMalformed, says: `"hello [31m there"`, calls: 2},
		{name: "web page", reply: text(200, "text/html", "<!doctype html><title>Sign in</title>"), want: ErrMalformed, says: "base URL", calls: 1},
		{name: "web page as a stream", reply: stream("\n<html>"), want: ErrMalformed, says: "web page", calls: 1},
		{name: "error later", reply: stream(delta("12"), `data: {"error":{"message":"CUDA out of memory","code":null}}`+"\n\n", done), says: `broke off: "CUDA out of memory"`, text: "12", calls: 1},
		{name: "error after a ping", reply: stream(": ping\n\n", `data: {"id":"x","error":{"message":"overloaded","code":529},"choices":[]}`+"\n\n"), says: "overloaded", calls: 2},
		{name: "error as a text", reply: stream(`data: {"error":"model stopped"}` + "\n\n"), says: "model stopped", calls: 2},
		{name: "error without data:", reply: stream(delta("12"), `{"error":{"message":"killed"}}`+"\n"), says: "killed", text: "12", calls: 1},
		{name: "error event", reply: stream("event: error\ndata: {\"reason\":\"gone\"}\n\n"), says: "gone", calls: 2},
		{name: "error of the asker", reply: stream(`data: {"error":{"message":"prompt too long","code":400}}` + "\n\n"), says: "prompt too long", calls: 1},
		{name: "error as a finish", reply: stream(delta("12"), fin("error"), done), says: "broke off", text: "12", calls: 1},
		{name: "error 200 in one piece", reply: text(200, "application/json", `{"error":{"message":"no such model"}}`), says: "no such model", calls: 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.reply)
			o := f.options(t)
			o.FirstToken, o.BetweenTokens = 5*time.Second, 5*time.Second
			if tt.want == ErrStalled {
				o.FirstToken, o.BetweenTokens = 50*time.Millisecond, 50*time.Millisecond
			}
			got, err := NewChat(o).Stream(t.Context(), ask, nil)
			oneLine(t, err)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("error %v, want %v saying %q", err, tt.want, tt.says)
			}
			var inside *StreamError
			if (tt.want == nil) != errors.As(err, &inside) {
				t.Errorf("error %v: StreamError %v", err, inside)
			}
			for _, other := range []error{ErrCut, ErrStalled, ErrEmpty, ErrMalformed, ErrDown} {
				if other != tt.want && errors.Is(err, other) {
					t.Errorf("error %v is also %v", err, other)
				}
			}
			if got.Text != tt.text || f.calls() != tt.calls {
				t.Errorf("text %q after %d calls, want %q after %d", got.Text, f.calls(), tt.text, tt.calls)
			}
		})
	}
}

func TestStreamRidesOut(t *testing.T) {
	good := stream(delta("ok"), fin("stop"), done)
	tests := []struct {
		name string
		bad  http.HandlerFunc
	}{
		{"500", refuse(500, "oops")},
		{"429", refuse(429, "slow down")},
		{"429 with a time", refuse(429, "slow down", "Retry-After-Ms", "2")},
		{"408", refuse(408, "late")},
		{"503 page", text(503, "text/html", "<html>")},
		{"cut", stream()},
		{"lost", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"stalled", stream("hang")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.bad, good)
			o := f.options(t)
			o.FirstToken = 100 * time.Millisecond
			got, err := NewChat(o).Stream(t.Context(), ask, nil)
			if err != nil || got.Text != "ok" || f.calls() != 2 {
				t.Errorf("got %q, %v after %d calls, want ok after 2", got.Text, err, f.calls())
			}
		})
	}
}

// Tries that broke off may be paid for; those that the server refused are not.
func TestStreamLost(t *testing.T) {
	whole := stream(delta("12"), fin("stop"), usage, done)
	for _, c := range []struct {
		name    string
		replies []http.HandlerFunc
		want    int
	}{
		{"at once", []http.HandlerFunc{whole}, 0},
		{"after nothing was said", []http.HandlerFunc{stream(), whole}, 1},
		{"after a refusal", []http.HandlerFunc{text(503, "text/plain", "later"), whole}, 0},
		{"never", []http.HandlerFunc{stream()}, 2},
		{"cut", []http.HandlerFunc{stream(delta("12"))}, 1},
		{"refused", []http.HandlerFunc{text(503, "text/plain", "later")}, 0},
	} {
		got, _ := NewChat(newFake(t, c.replies...).options(t)).Stream(t.Context(), ask, nil)
		if got.Lost != c.want {
			t.Errorf("%s: %d tries may be paid for, want %d", c.name, got.Lost, c.want)
		}
	}
}
