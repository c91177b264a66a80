package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"reportbot/bot/slack/slacktest"
)

// BenchmarkServe asks the running program over 10,000 passages while it takes
// in reports, an operation a question in a channel of its own, with a model
// that writes at its own pace. It reports, on a real clock, in milliseconds:
// event to ack, to the first sign of work; a full stop of the model to its
// sentence in Slack; and the program's own time, which is that from the event
// to the model's being asked and from the model's end to the closing call.
//
//	go test ./cmd/reportbot -run xxx -bench 'Serve$' -benchtime 200x
func BenchmarkServe(b *testing.B) {
	d := &desk{t: b, dir: b.TempDir(), slack: slacktest.New()}
	defer d.slack.Close()
	web := httptest.NewServer(d.slack)
	defer web.Close()
	m := &paced{by: map[string]*turnTimes{}}
	model := httptest.NewServer(m)
	defer model.Close()
	d.api, d.url = web.URL+"/api/", model.URL+"/v1"
	companies, texts := numbered(b, d.dir, 10_000)
	s := d.serve()
	stop, fed := make(chan struct{}), make(chan int)
	go func() { fed <- feed(b, filepath.Join(d.dir, "in"), texts, stop) }()
	var acks, signs, sentences, own []time.Duration
	n := 0
	for b.Loop() {
		n++
		channel, company := fmt.Sprintf("C%d", n), strconv.Itoa(n%companies)
		m.expect(company)
		sent := time.Now()
		_, e := d.slack.Say(channel, "U1", slacktest.Mention("星河智能"+company+"的目标价是多少？"), "")
		until(b, "an answer in "+channel, func() bool { return len(d.slack.Calls("chat.stopStream")) == n })
		calls := slices.DeleteFunc(d.slack.Calls(""), func(c slacktest.Call) bool {
			return c.Form.Get("channel") != channel && c.Form.Get("channel_id") != channel
		})
		at := m.of(company)
		acks, signs = append(acks, e.Took()), append(signs, calls[0].At.Sub(sent))
		sentences = append(sentences, stoodAt(b, calls, at.sentence).Sub(at.stop))
		own = append(own, at.asked.Sub(sent)+calls[len(calls)-1].At.Sub(at.done))
	}
	close(stop)
	b.ReportMetric(float64(<-fed), "reports-taken-in")
	for name, all := range map[string][]time.Duration{"ack": acks, "sign": signs, "sentence": sentences, "own": own} {
		slices.Sort(all)
		for _, p := range []int{50, 95, 99} {
			b.ReportMetric(float64(all[len(all)*p/100].Microseconds())/1000, fmt.Sprintf("%s-p%d-ms", name, p))
		}
	}
	s.end()
}

// stoodAt is when a sentence was in Slack.
func stoodAt(b *testing.B, calls []slacktest.Call, sentence string) time.Time {
	b.Helper()
	for _, c := range calls {
		for _, v := range c.Form {
			if strings.Contains(strings.Join(v, ""), sentence) {
				return c.At
			}
		}
	}
	b.Fatalf("never said: %s; said was %+v", sentence, calls)
	return time.Time{}
}

// numbered takes in the text reports again and again under other names of
// company and house until there are so many passages.
func numbered(b *testing.B, dir string, passages int) (copies int, texts map[string]string) {
	b.Helper()
	texts = map[string]string{}
	files, err := filepath.Glob(sampleReports(b) + "/*")
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		if filepath.Ext(f) != ".pdf" {
			data, err := os.ReadFile(f)
			if err != nil {
				b.Fatal(err)
			}
			texts[filepath.Base(f)] = string(data)
		}
	}
	const each = 25 // passages of the text reports
	for copies = range passages/each + 1 {
		for name, text := range texts {
			write(b, dir, fmt.Sprintf("in/%d-%s", copies, name), renumbered(text, copies))
		}
	}
	mustRun(b, reportbot(b, dir, "ingest", "in"), exitDone)
	var sum struct{ Passages int }
	decode(b, mustRun(b, reportbot(b, dir, "check", "--json"), exitDone), &sum)
	b.Logf("%d passages", sum.Passages)
	return copies, texts
}

func renumbered(s string, i int) string {
	for _, name := range []string{"星河智能", "云栖算力", "Zenquix", "FarSail", "望江", "青岚", "Beichen"} {
		s = strings.ReplaceAll(s, name, name+strconv.Itoa(i))
	}
	for _, code := range []string{"999230", "999519", "99988", "ZZQX"} {
		s = strings.ReplaceAll(s, code, code[:3]+strconv.Itoa(100+i))
	}
	return s
}

// feed writes new reports as fast as four a second and returns how many.
func feed(b *testing.B, dir string, texts map[string]string, stop chan struct{}) (n int) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for i := 500; ; i++ {
		for name, text := range texts {
			select {
			case <-stop:
				return n
			case <-tick.C:
				write(b, dir, fmt.Sprintf("new-%d-%s", i, name), renumbered(text, i))
				n++
			}
		}
	}
}

// turnTimes is when the model was asked, when it had written its first
// sentence with its marker, and when it had done.
type turnTimes struct {
	asked, stop, done time.Time
	sentence          string
}

// paced is a model that cites a passage's sentences on the target price, a few
// characters at a time.
type paced struct {
	mu sync.Mutex
	by map[string]*turnTimes
}

func (p *paced) expect(company string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by[company] = &turnTimes{}
}

func (p *paced) of(company string) turnTimes {
	p.mu.Lock()
	defer p.mu.Unlock()
	return *p.by[company]
}

var (
	askedCompany = regexp.MustCompile(`问题：星河智能(\d+)的`)
	fencedData   = regexp.MustCompile(`(?s)<(\S+) (\d+)>\n[^\n]*\n(.*?)</`)
	pricedAt     = regexp.MustCompile(`[^。\n]*目标价[^。\n]*\d[^。\n]*。`)
)

func (p *paced) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := time.Now()
	var q struct {
		Messages []struct{ Content string }
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.Messages) == 0 {
		http.Error(w, "no question", http.StatusBadRequest)
		return
	}
	prompt := q.Messages[len(q.Messages)-1].Content
	of := askedCompany.FindStringSubmatch(prompt)
	if of == nil {
		http.Error(w, "of nobody", http.StatusBadRequest)
		return
	}
	var sentences []string
	for _, passage := range fencedData.FindAllStringSubmatch(prompt, -1) {
		for _, s := range pricedAt.FindAllString(passage[3], -1) {
			sentences = append(sentences, strings.TrimLeft(s, "-* ")+"["+passage[2]+"]")
		}
	}
	if len(sentences) < 2 {
		http.Error(w, "nothing to say", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	pace := time.NewTicker(15 * time.Millisecond) // of a model of 200 characters a second
	defer pace.Stop()
	write := func(text string) {
		for r := []rune(text); len(r) > 0; {
			n := min(3, len(r))
			piece, _ := json.Marshal(string(r[:n])) // a string is JSON
			fmt.Fprintf(w, "data: {\"model\":\"paced\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}\n\n", piece)
			_ = http.NewResponseController(w).Flush() // the client may be gone
			<-pace.C
			r = r[n:]
		}
	}
	write(sentences[0])
	stop := time.Now()
	write("\n" + sentences[1])
	fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.by[of[1]]; t != nil {
		t.asked, t.stop, t.done = asked, stop, time.Now()
		t.sentence = strings.Trim(strings.SplitN(sentences[0], "。", 2)[0], "*")
	}
}
