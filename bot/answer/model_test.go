package answer

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/prompts"
)

// scripted is a model that says what it was told to and keeps what it was
// asked.
type scripted struct {
	says  string
	then  string // from the second time on, when set
	err   error
	asked []prompts.Prompt
}

func (s *scripted) Ask(_ context.Context, p prompts.Prompt, say func(string)) (Said, error) {
	s.asked = append(s.asked, p)
	if len(s.asked) > 1 && s.then != "" {
		s.says = s.then
	}
	say(s.says)
	return Said{Text: s.says, Model: "scripted", PromptTokens: 7, CompletionTokens: 3}, s.err
}

// contract is a question that w2/1 alone is on: it is passage 1 of its prompt.
const contract = "云栖算力的合同总金额是多少？"

func TestModel(t *testing.T) {
	const right = "云栖算力签订三年期租赁合同，合同总金额21.6亿元"
	for _, row := range []struct {
		why, says string
		want      []string // claims with their marks
		withheld  int
	}{
		{"a right sentence", right + "[1]。", []string{right + "。 [1]"}, 0},
		{"marker after the full stop", right + "。[1]", []string{right + "。 [1]"}, 0},
		{"Chinese brackets", right + "【1】。", []string{right + "。 [1]"}, 0},
		{"two numbers in one bracket, one unknown", right + "[1,99]。", []string{right + "。 [1]"}, 0},
		{"unknown marker beside a known one", right + "[1][99]。", []string{right + "。 [1]"}, 0},
		{"a list of the model's own", "- " + right + "[1]。\n- 含预付款20%[1]。", []string{right + "。 [1]", "含预付款20%。 [1]"}, 0},
		{"a sentence without marker", right + "[1]。含预付款20%。", []string{right + "。 [1]", "含预付款20%。 [1]"}, 0},
		{"an unknown marker alone", right + "[99]。", []string{right + "。 [1]"}, 0},
		{"the marker of another passage", right + "[2]。", []string{right + "。 [1]"}, 0},
		{"no marker and nothing that bears it", right + "[1]。公司前景光明。", []string{right + "。 [1]"}, 1},
		{"a changed figure", right + "[1]。含预付款25%[1]。", []string{right + "。 [1]"}, 1},
		{"a foreign sentence", right + "[1]。北方玉米价格上涨较快[1]。", []string{right + "。 [1]"}, 1},
	} {
		out := reply(t, contract, &scripted{says: row.says})
		var got []string
		for _, c := range out.Claims {
			got = append(got, render([]Claim{c}))
		}
		if d := cmp.Diff(row.want, got); d != "" {
			t.Errorf("%s: %q (-want +got):\n%s", row.why, row.says, d)
		}
		if out.Usage.Withheld != row.withheld || out.Status != Answered || out.Reason.Code != "" {
			t.Errorf("%s: got %s %q, %d withheld, want an answer, %d withheld", row.why, out.Status, out.Reason.Code, out.Usage.Withheld, row.withheld)
		}
		for _, c := range out.Citations {
			if c.PassageID != "w2/1" || !strings.Contains(desk().passages["w2/1"].Text, c.Quote) {
				t.Errorf("%s: got citation of %s %q, want words of w2/1", row.why, c.PassageID, c.Quote)
			}
		}
	}
}

// Citations are numbered by first use, whatever numbers the passages had, and
// the same words are cited once.
func TestModelRenumbers(t *testing.T) {
	model := &scripted{}
	reply(t, "星河智能的目标价是多少？", model)
	at := func(words string) string { // the number of the passage that holds the words
		m := regexp.MustCompile(`(?s)<src-\w+ (\d+)>\n[^<]*` + words).FindStringSubmatch(model.asked[0].User)
		if m == nil {
			t.Fatalf("no passage holds %s:\n%s", words, model.asked[0].User)
		}
		return m[1]
	}
	if at("上调至52.30元") == "1" {
		t.Fatal("the first passage used is the first of the prompt: nothing to renumber")
	}
	says := "青岚证券目标价由38.60元上调至52.30元[" + at("上调至52.30元") + "]。望江证券目标价36.00元[" + at("目标价36.00元") + "]。维持“买入”评级[" + at("上调至52.30元") + "]。"
	out := reply(t, "星河智能的目标价是多少？", &scripted{says: says})
	want := "青岚证券目标价由38.60元上调至52.30元。 [1]\n望江证券目标价36.00元。 [2]\n维持“买入”评级。 [1]"
	if d := cmp.Diff(want, out.Text); d != "" {
		t.Errorf("%s (-want +got):\n%s", says, d)
	}
	var cited []string
	for _, c := range out.Citations {
		cited = append(cited, itoa(c.N)+" "+c.PassageID)
	}
	if d := cmp.Diff([]string{"1 q2/1", "2 w1/1"}, cited); d != "" {
		t.Errorf("citations (-want +got):\n%s", d)
	}
}

// A sentence that fails goes back once, with what failed; what is then right is
// added, the rest withheld.
func TestModelMends(t *testing.T) {
	const wrong = "云栖算力的合同总金额为22.6亿元[1]。含预付款20%[1]。"
	for _, row := range []struct {
		why, then string
		want      string
		withheld  int
	}{
		{"put right", "合同总金额为21.6亿元[1]。", "含预付款20%。 [1]\n合同总金额为21.6亿元。 [1]", 0},
		{"wrong again", "合同总金额为26.6亿元[1]。", "含预付款20%。 [1]", 1},
		{"given up", prompts.NoAnswer, "含预付款20%。 [1]", 1},
		{"what stands already", "含预付款20%[1]。", "含预付款20%。 [1]", 1},
	} {
		model := &scripted{says: wrong, then: row.then}
		out := reply(t, contract, model)
		if out.Text != row.want || out.Usage.Withheld != row.withheld {
			t.Errorf("%s: got %q, %d withheld, want %q, %d withheld", row.why, out.Text, out.Usage.Withheld, row.want, row.withheld)
		}
		if len(model.asked) != 2 || !strings.Contains(model.asked[1].User, "22.6亿元。（未通过：number 22.6亿元") {
			t.Errorf("%s: asked %d times, the second time without the sentence that failed and why", row.why, len(model.asked))
		}
		if out.Usage.PromptTokens != 14 || out.Usage.CompletionTokens != 6 {
			t.Errorf("%s: got %d and %d tokens, want those of both replies", row.why, out.Usage.PromptTokens, out.Usage.CompletionTokens)
		}
	}
}

func TestModelRefuses(t *testing.T) {
	out := reply(t, contract, &scripted{says: prompts.NoAnswer})
	if out.Status != Abstained || out.Reason.Code != "not_covered" || len(out.Nearest) == 0 || out.Usage.Model != "scripted" {
		t.Errorf("got %s %q, %d nearest, by %q, want a refusal of the model with nearest reports", out.Status, out.Reason.Code, len(out.Nearest), out.Usage.Model)
	}
}

// What a model cannot answer the reports' own words do, with a note.
func TestModelFails(t *testing.T) {
	for _, row := range []struct {
		why   string
		model *scripted
		note  string
	}{
		{"an error", &scripted{err: errors.New("the server is busy")}, "the server is busy"},
		{"an error after half a sentence", &scripted{says: "云栖算力合同总金额21.6亿元", err: errors.New("cut off")}, "cut off"},
		{"an error after a sentence that lacks its marker", &scripted{says: "云栖算力合同总金额21.6亿元。", err: errors.New("cut off")}, "cut off"},
		{"nothing stands up to its citations", &scripted{says: "云栖算力合同总金额99亿元[1]。"}, "none of the model's 1 sentences"},
		{"nothing said", &scripted{}, "none of the model's 0 sentences"},
	} {
		out := reply(t, contract, row.model)
		if out.Status != Answered || len(out.Citations) == 0 || out.Citations[0].PassageID != "w2/1" || !strings.Contains(out.Claims[0].Text, "21.6亿元") {
			t.Errorf("%s: got %s %q, want the reports' words", row.why, out.Status, out.Text)
		}
		if len(out.Notes) != 1 || !strings.Contains(out.Notes[0], row.note) {
			t.Errorf("%s: got notes %q, want one with %q", row.why, out.Notes, row.note)
		}
	}
}

// What was checked before a stream broke off stands, marked as a part.
func TestModelBreaksOff(t *testing.T) {
	for _, says := range []string{
		"云栖算力合同总金额21.6亿元[1]。含预付款",
		"云栖算力合同总金额21.6亿元。[1]",
		"云栖算力合同总金额21.6亿元[1]。含预付款25%[1]。含预",
	} {
		model := &scripted{says: says, err: errors.New("cut off")}
		out := reply(t, contract, model)
		if out.Status != Answered || out.Text != "云栖算力合同总金额21.6亿元。 [1]" || out.Reason.Code != "incomplete" || !strings.Contains(out.Reason.Text, "中断") {
			t.Errorf("%q: got %s %q, reason %q, want the checked part, marked", says, out.Status, out.Text, out.Reason.Code)
		}
		if len(out.Notes) != 1 || !strings.Contains(out.Notes[0], "cut off") || len(model.asked) != 1 {
			t.Errorf("%q: got notes %q, asked %d times, want one note, asked once", says, out.Notes, len(model.asked))
		}
	}
}

// Passages go to the model as data, fenced by a word drawn for each question.
func TestModelPrompt(t *testing.T) {
	model := &scripted{says: prompts.NoAnswer}
	a := New(desk().searcher(t), model, nil, Options{})
	q := queryOf(contract)
	for range 2 {
		if _, err := a.Answer(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	open := regexp.MustCompile(`<(src-\w{12}) 1>\n(?s:.*?)\n</(src-\w{12}) 1>`)
	var fences []string
	for _, p := range model.asked {
		m := open.FindStringSubmatch(p.User)
		if m == nil || m[1] != m[2] || !strings.Contains(m[0], desk().passages["w2/1"].Text) || !strings.Contains(p.System, m[1]) {
			t.Fatalf("passage 1 is not fenced:\n%s\n%s", p.System, p.User)
		}
		if strings.Index(p.User, contract) < strings.LastIndex(p.User, "</"+m[1]) {
			t.Errorf("the question stands before the passages:\n%s", p.User)
		}
		fences = append(fences, m[1])
	}
	if fences[0] == fences[1] {
		t.Errorf("both questions have the fence %s, want a fresh one each", fences[0])
	}
}
