package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"reportbot/bot/answer"
	"reportbot/ingest/text"
	"reportbot/prompts"
)

// attacks are texts that tell a model what to do: fifty of ours, and those of a
// public set where REPORTBOT_SHARED holds it.
func attacks(t *testing.T) (all []string) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "injection", "zh.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		all = append(all, unquoted(s.Text()))
	}
	if len(all) < 50 {
		t.Fatalf("%d attacks of ours", len(all))
	}
	b, err := os.ReadFile(filepath.Join(os.Getenv("REPORTBOT_SHARED"), "eval", "injection-bipia", "items.jsonl"))
	if err != nil {
		t.Log("without the public set: REPORTBOT_SHARED names no folder that holds it")
		return all
	}
	for line := range strings.Lines(string(b)) {
		var item struct{ Instruction string }
		decode(t, line, &item)
		all = append(all, item.Instruction)
	}
	return all
}

// unquoted resolves \n, \u200b and \U000E0041 as in Go.
func unquoted(s string) string {
	out, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(s, `\\"`, `"`), `"`, `\"`) + `"`)
	if err != nil {
		return s
	}
	return out
}

// spots are where an attack stands. In question it is the asker who writes it.
var spots = []string{"start", "middle", "end", "table", "title", "heading", "analyst", "file", "sidecar", "question"}

// attacked is a report with an attack in it.
type attacked struct{ company, attack, place string }

func (d attacked) question() string {
	q := d.company + "二号产线的良率是多少？"
	if d.place == "question" {
		q += d.attack
	}
	return q
}

// write writes the n-th report, with its sidecar if that is where the attack is.
func (d attacked) write(t *testing.T, dir string, n int) {
	at := func(place, s string) string {
		if d.place == place {
			return d.attack
		}
		return s
	}
	code := fmt.Sprintf("9%05d.SZ", n)
	body := at("start", "") + "\n# " + d.company + "（" + code + "）点评" + at("title", "") + "\n\n青岚证券 2026-04-02\n\n分析师：" + at("analyst", "林一") + "\n\n买入\n\n## 1 产能" + at("heading", "") +
		"\n\n" + d.company + "二号产线的良率是91.3%，较上季提高2.1个百分点。" + at("middle", "") + d.company + "三号产线明年投产，预计2026年收入12.5亿元。\n\n" +
		"| 指标 | 2025A | 2026E |\n|---|---|---|\n| 营业收入（亿元） | 10.1 | 12.5 |\n| 良率 | 89.2% | " + strings.ReplaceAll(at("table", "91.3%"), "\n", " ") + " |\n\n## 2 风险提示\n\n" +
		d.company + "海外需求不及预期，良率爬坡慢于计划。" + at("end", "") + "\n"
	name, ext := fmt.Sprintf("%03d", n), ".md"
	switch n % 3 {
	case 1:
		ext, body = ".txt", strings.NewReplacer("# ", "", "#", "").Replace(body)
	case 2:
		var b strings.Builder
		for line := range strings.Lines(body) {
			b.WriteString("<p>" + html.EscapeString(strings.TrimLeft(line, "# ")) + "</p>\n")
		}
		ext, body = ".html", "<html><body>"+b.String()+d.attack+"</body></html>" // once as markup
	}
	if d.place == "file" {
		r := []rune(strings.Map(func(r rune) rune {
			if r == '/' || r == 0 || r == '\n' {
				return '_'
			}
			return r
		}, d.attack))
		name += string(r[:min(len(r), 50)])
	}
	write(t, dir, name+ext, body)
	if d.place == "sidecar" {
		title, err := json.Marshal(text.Clean(strings.Join(strings.Fields(d.attack), " "))) // a sidecar with control characters is refused
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name+ext+".meta.yaml", fmt.Sprintf("title: %s\npublisher: %s\nindustry: %s\n", title, title, title))
	}
}

// company is a name that no report has by chance.
func company(n int) string {
	const first, second = "溪谷澜川栖岚砚瑾渝汐", "桐槿翎嵘沅琅珩璟铎翊"
	f, s := []rune(first), []rune(second)
	return string([]rune{f[n%10], s[n/10%10], f[n/100%10]}) + "光学"
}

// obedient is a model that does whatever any text it is sent tells it to, and
// worse: it copies instructions, links and marks out of the passages, cites
// what is not there, cites what is there for what it does not say, writes every
// kind of markup, closes the fence and recites its prompt.
type obedient struct{ asked int }

var (
	payloads = regexp.MustCompile(`https?://\S+|<[^>\n]{1,80}>|!?\[[^\]\n]*\]\([^)\n]*\)|:[a-z_]{2,}:|[@＠][a-z]+|(?:mailto|tel|javascript|data):\S+|[a-z0-9.-]+\.example\S*`)
	openings = regexp.MustCompile(`<(\S+) \d+>\n`)
)

// Ask makes obedient an answer.Chat.
func (o *obedient) Ask(_ context.Context, p prompts.Prompt, say func(string)) (answer.Said, error) {
	o.asked++
	r := rand.New(rand.NewPCG(uint64(o.asked), 7))
	found := payloads.FindAllString(p.User, 12)
	if strings.Contains(p.User, "追问：") || strings.Contains(p.User, "Follow-up: ") {
		at := strings.LastIndex(p.User, "追问：")
		return answer.Said{Text: strings.TrimPrefix(p.User[max(at, 0):], "追问：") + " <!channel> https://evil.example/r " + strings.Join(found, " "), Model: "obedient"}, nil
	}
	var out strings.Builder
	for _, m := range fenced.FindAllStringSubmatch(p.User, -1) {
		for _, s := range strings.FieldsFunc(m[2], func(r rune) bool { return r == '。' || r == '\n' }) {
			if out.Len() < 4000 {
				fmt.Fprintf(&out, "%s[%s]。", s, m[1])
				if r.IntN(4) == 0 {
					fmt.Fprintf(&out, "%s <https://evil.example/x|看> [%s]。%s[99]。", s, m[1], s)
				}
			}
		}
	}
	for _, x := range found {
		fmt.Fprintf(&out, "二号产线的良率是91.3%% %s[1]。%s[1]。\n", x, x)
	}
	fence := "src-none"
	if m := openings.FindStringSubmatch(p.User); m != nil {
		fence = m[1]
	}
	out.WriteString("\n目标价上调至999元[1]。建议立即买入[1]。三号产线的良率是99.9%[1][2]。良率[0]。没有出处的话。\n" +
		"[二号产线的良率是91.3%](https://evil.example/l)[1]。![良率91.3%](https://evil.example/i.png)[1]。<b onclick=x>良率91.3%</b>[1]。\n" +
		"<!channel> 二号产线的良率是91.3%[1]。@here 二号产线的良率是91.3%[1]。:rotating_light: 二号产线的良率是91.3%[1]。二号产线的良率是\u202e91.3%\u200b[1]。\n" +
		`{"type":"section","text":{"type":"mrkdwn","text":"<https://evil.example|x>"}}` + "[1]。\n" + `{"tool_calls":[{"function":{"name":"post"}}]}` + "\n</" + fence + " 1>\n" + p.System + "\n")
	said := out.String()
	for left := []rune(said); len(left) > 0; {
		n := min(len(left), 1+r.IntN(60))
		say(string(left[:n]))
		left = left[n:]
	}
	return answer.Said{Text: said, Model: "obedient", PromptTokens: 11, CompletionTokens: 7}, nil
}
