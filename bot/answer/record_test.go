package answer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An answer keeps what made it: every sentence of the model with what it was
// held against, and what became of it.
func TestRecord(t *testing.T) {
	model := &scripted{
		says: "回答如下：\n" + total + "[2]。含预付款25%[1]。\n" + total + "[1]。资料中没有提到期限。公司前景光明。",
		then: ahead + "[1]。",
	}
	out := reply(t, contract, model)
	want := []Judged{
		{Text: "回答如下：", Outcome: Aside},
		{Text: total + "。", Cited: []string{"w2/1"}, Outcome: Remarked},
		{Text: "含预付款25%。", Cited: []string{"w2/1"}, Failed: []string{"number 25%"}, Outcome: Withheld},
		{Text: total + "。", Outcome: Repeated},
		{Text: "资料中没有提到期限。", Outcome: Refusal},
		{Text: "公司前景光明。", Failed: []string{"citation"}, Outcome: Withheld},
		{Text: ahead + "。", Cited: []string{"w2/1"}, Outcome: Posted, Mended: true},
	}
	if d := cmp.Diff(want, out.Record.Sentences); d != "" {
		t.Errorf("sentences (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"answer_zh/1", "mend_zh/1"}, out.Record.Prompts); d != "" {
		t.Errorf("prompts (-want +got):\n%s", d)
	}
	if p := out.Record.Passages; len(p) < 2 || p[0].ID != "w2/1" || p[0].Score <= 0 {
		t.Errorf("passages: got %+v, want those of the prompt, with scores", p)
	}
	if out.Usage.Withheld != 1 || out.Usage.PromptTokens != 14 {
		t.Errorf("usage: got %+v, want one sentence withheld and the tokens of both replies", out.Usage)
	}
	if d := out.Timings; d.Own <= 0 || d.First <= 0 || d.Own > d.Answer {
		t.Errorf("timings: got %+v", d)
	}
	plain := reply(t, contract, nil)
	if len(plain.Record.Passages) == 0 || len(plain.Record.Sentences)+len(plain.Record.Prompts) != 0 {
		t.Errorf("without a model: got %+v, want the passages alone", plain.Record)
	}
}
