package openai

import (
	"encoding/json"
	"errors"
	"testing"
)

// The model is given nothing to act with, and what it calls all the same is
// nothing: no text, no answer.
func TestNoTools(t *testing.T) {
	call := `data: {"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"post","arguments":"{\"url\":\"https://evil.example\"}"}}]},"finish_reason":null}]}` + "\n\n"
	old := `data: {"choices":[{"index":0,"delta":{"function_call":{"name":"post","arguments":"{}"}},"finish_reason":null}]}` + "\n\n"
	f := newFake(t, stream(call, fin("tool_calls"), done), stream(old, fin("function_call"), done), stream(delta("12.4 亿元"), call, fin("tool_calls"), done))
	for n, want := range []string{"", "", "12.4 亿元"} {
		o := f.options(t)
		o.Retries = 0
		heard := ""
		got, err := NewChat(o).Stream(t.Context(), ask, func(s string) { heard += s })
		if got.Text != want || heard != want || got.FinishReason == "stop" || want == "" && !errors.Is(err, ErrEmpty) {
			t.Errorf("reply %d: %+v, heard %q, %v", n, got, heard, err)
		}
	}
	for _, body := range f.bodies {
		var sent map[string]any
		if err := json.Unmarshal([]byte(body), &sent); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"tools", "tool_choice", "functions", "function_call", "parallel_tool_calls"} {
			if _, ok := sent[key]; ok {
				t.Errorf("the request has %s: %s", key, body)
			}
		}
	}
}
