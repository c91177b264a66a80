package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot/slack/slacktest"
)

// probes are what somebody may try who guesses at what lies out of sight: names,
// houses, titles, file names, codes and words that stand in it alone. {id} is
// the ID of a report that may be there.
func probes(id string) []string {
	m := marks[1]
	return slices.Concat(questions, []string{
		"赤霄" + m + "n科技的目标价是多少？", "赤霄" + m + "n科技有哪些风险？", m + "p证券怎么看星河智能？", m + "p证券最新的研报是什么？", m + "p证券有哪些研报？",
		m + "t：产能爬坡超预期", "“" + m + "t：产能爬坡超预期”说了什么？", m + "f-own.md", "顾" + m + "a写了哪些研报？", "代号" + m + "x的三号产线什么时候投产？", m, m + "i电子行业有哪些研报？",
		id, "报告 " + id + " 说了什么？", "show " + id, "星河智能和赤霄" + m + "n科技哪个目标价高？", "997701.SZ和999230.SZ的目标价", prices(1)[0] + "元", "目标价" + prices(1)[1] + "元是谁给的？",
		"What does " + m + "p think of 999230.SZ?", "Is there a report on 997701.SZ?", "玄圃" + m + "甲", "玄圃" + m, "collection:desk", "desk 里有什么？", "赤宵" + m + "n科技的目标价", "997701",
	})
}

var (
	stamps = regexp.MustCompile(`\d{9,10}\.\d+|\d+\.T\.x`)
	hashes = regexp.MustCompile(`[0-9a-f]{16}`)
)

// plainly is a text without what differs from run to run.
func plainly(s string) string {
	return hashes.ReplaceAllString(stamps.ReplaceAllString(s, "TS"), "ID")
}

// onceEach are the lines of a text, each once: what was streamed stands above
// the blocks, what was posted in them.
func onceEach(s string) string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// came is everything that came to light since the last look, prompts too.
func (w *world) came() string {
	w.mu.Lock()
	asked, log := w.asked, w.log.String()
	w.asked, w.handled = nil, 0
	w.log.Reset()
	w.mu.Unlock()
	var out []string
	for _, q := range asked {
		text := q.text
		if f := regexp.MustCompile(`<(\S+) \d+>`).FindStringSubmatch(text); f != nil {
			text = strings.ReplaceAll(text, f[1], "FENCE")
		}
		out = append(out, "prompt "+text)
	}
	for _, c := range w.Calls("")[w.calls:] {
		w.calls++
		switch c.Method { // how an answer is cut while it is written follows the processor; what stands there in the end is below
		case "chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream":
		default:
			out = append(out, fmt.Sprintln(c.Method, c.Form, c.Error))
		}
	}
	for _, c := range append([]string{"D99", "D1"}, channels...) {
		for _, m := range w.Said(c) {
			text := fmt.Sprintln("message", m.Channel, m.To, onceEach(m.Everything()))
			if key := m.Channel + m.TS + text; !w.seen[key] {
				w.seen[key] = true
				out = append(out, text)
			}
		}
	}
	for _, line := range strings.Split(log, "\n") {
		if !strings.Contains(line, "level=DEBUG") && strings.Contains(line, "level=") {
			_, line, _ = strings.Cut(line, "level=")
			out = append(out, "log "+line)
		}
	}
	for i := range out {
		out[i] = plainly(out[i])
	}
	slices.Sort(out) // what happens at the same time comes in any order
	return strings.Join(out, "\n")
}

// probe asks everything in a world, and returns what came of each question.
func probe(t *testing.T, data, id string, model bool) (asked, came []string) {
	w := newWorld(t, data, 1, model, model)
	defer w.close()
	w.policy.user["U2"][2] = true // somebody may see more, and asks beside
	tried := 0
	do := func(what string, f func()) {
		if tried++; tried%absentEvery != 0 {
			return
		}
		f()
		w.wait(20 * time.Second)
		asked, came = append(asked, what), append(came, w.came())
	}
	w.came()
	thread := map[string]string{}
	for n, q := range probes(id) {
		c := []string{"C1", "D1", "C4"}[n%3]
		text := q
		if c[0] != 'D' {
			text = slacktest.Mention(q)
		}
		do(c+" "+q, func() { thread[c], _ = w.Say(c, "U1", text, "") })
		if n%4 == 0 {
			f := following[n/4%len(following)]
			do(c+" then "+f, func() { w.Say(c, "U1", f, thread[c]) })
		}
		if n%5 == 0 {
			do("/ask "+q, func() { w.Command("/ask", "C2", "U1", q) })
		}
		for _, action := range []string{"passages", "sources", "wider"} {
			said := w.Said(c)
			if len(said) == 0 {
				continue
			}
			if m := said[len(said)-1]; n%3 == len(action)%3 && m.Has(action) {
				do(action, func() { w.Press(m, "U1", action, true) })
			}
		}
	}
	for _, q := range append(terse, "赤霄"+marks[1]+"n科技", "赤霄"+marks[1], marks[1]+"p证券", id, "玄圃"+marks[1]) {
		do("/ticker "+q, func() { w.Command("/ticker", "C1", "U1", q) })
		do("/ticker "+q, func() { w.Command("/ticker", "D1", "U1", q) })
	}
	for _, q := range append(lists, marks[1]+"p证券", marks[1]+"i电子", "赤霄"+marks[1]+"n科技", id) {
		do("/report "+q, func() { w.Command("/report", "C1", "U1", q) })
	}
	for _, q := range append(digests, "订阅 每天 08:31 "+marks[1]+"p证券", "订阅 每天 08:32 券商:"+marks[1]+"p证券", "订阅 每天 08:33 行业:"+marks[1]+"i电子", "subscribe daily 08:34 赤霄"+marks[1]+"n科技", "list", "preview 3") {
		do("/digest "+q, func() { w.Command("/digest", "C1", "U1", q) })
		do("/digest "+q, func() { w.Command("/digest", "D1", "U1", q) })
	}
	do("the pane", func() {
		w.Event(map[string]any{"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "messages", "event_ts": "946684801.7"})
	})
	return asked, came
}

// TestPromiseAbsent: what lies out of sight is as if it were not there, byte for
// byte, in all that is posted, asked of the model and logged: by words alone,
// and with vectors and a model.
func TestPromiseAbsent(t *testing.T) {
	for _, c := range []struct {
		name         string
		there, apart []int // collections in sight, and those out of it
	}{{"beside public reports", []int{0}, []int{1, 2, 3, 4, 5}}, {"alone", nil, []int{1}}} {
		t.Run(c.name, func(t *testing.T) {
			without, with := t.TempDir(), t.TempDir()
			fill(t, without, c.there...)
			fill(t, with, slices.Concat(c.there, c.apart)...)
			id := idOf(t, with, folders[1])
			for _, model := range []bool{false, true} {
				if testing.Short() && !model {
					continue
				}
				var asked, absent, hidden []string
				synctest.Test(t, func(t *testing.T) { asked, absent = probe(t, copied(t, without), id, model) })
				synctest.Test(t, func(t *testing.T) { _, hidden = probe(t, copied(t, with), id, model) })
				if len(absent) != len(hidden) {
					t.Fatalf("%d and %d things came of the same", len(absent), len(hidden))
				}
				differ, size := 0, 0
				for i := range absent {
					size += len(absent[i])
					if diff := cmp.Diff(absent[i], hidden[i]); diff != "" {
						if differ++; differ < 4 {
							t.Errorf("model %v: %q tells what is out of sight (-absent +hidden):\n%s", model, asked[i], diff)
						}
					}
				}
				t.Logf("model %v: %d questions and presses, %d bytes came of them, %d differ", model, len(asked), size, differ)
			}
		})
	}
}

// idOf is the ID of a report of a collection.
func idOf(t *testing.T, data, collection string) string {
	t.Helper()
	a := theApp(t, data, nil)
	defer a.close()
	all, err := a.store.Reports(t.Context(), []string{collection})
	if err != nil || len(all) == 0 {
		t.Fatalf("no report in %s: %v", collection, err)
	}
	return all[0].Report.ID
}
