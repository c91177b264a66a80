package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/bot/slack/slacktest"
	"reportbot/retrieval/openai"
)

// wholeAnswer is what the model says when nothing is wrong.
var wholeAnswer = []string{"溪谷光学二号产线的良率是91.3%", "溪谷光学三号产线计划明年投产", "溪谷光学海外客户已经完成验厂", "溪谷光学全年资本开支计划为4.6亿元"}

const wholeReport = "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%。溪谷光学三号产线计划明年投产。溪谷光学海外客户已经完成验厂。溪谷光学全年资本开支计划为4.6亿元。\n"

// flaky is a model over HTTP in a bubble that fails as it is told to.
type flaky struct {
	rand  *rand.Rand
	pipes chan net.Conn
	once  sync.Once // closes them

	mu    sync.Mutex
	fault func(f *flaky, w http.ResponseWriter, r *http.Request, events []string) // nil: none
	calls []time.Time
	after time.Time // before which nobody may call again
	early int       // calls that came before
}

// Accept, Close and Addr make flaky a listener of pipes.
func (f *flaky) Accept() (net.Conn, error) {
	if c, ok := <-f.pipes; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (f *flaky) Close() error {
	f.once.Do(func() { close(f.pipes) })
	return nil
}
func (f *flaky) Addr() net.Addr { return &net.UnixAddr{Name: "model.test"} }

// chat is the program's own client of this model.
func (f *flaky) chat() (chat, *http.Transport) {
	t := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		f.pipes <- there
		return here, nil
	}}
	return chat{openai.NewChat(openai.Options{BaseURL: "http://model.test/v1", Model: "m", Timeout: 15 * time.Second, FirstToken: 2 * time.Second,
		BetweenTokens: 2 * time.Second, Retries: 1, Client: &http.Client{Transport: t}})}, t
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // the client may be gone
	f.mu.Lock()
	f.calls = append(f.calls, time.Now())
	if time.Now().Before(f.after) {
		f.early++
	}
	fault := f.fault
	f.mu.Unlock()
	var events []string
	for all := []rune(strings.Join(wholeAnswer, "[1]。") + "[1]。"); len(all) > 0; {
		f.mu.Lock()
		n := min(len(all), 1+f.rand.IntN(6))
		f.mu.Unlock()
		piece, err := json.Marshal(string(all[:n]))
		if err != nil {
			panic("unreachable: a string is JSON")
		}
		events = append(events, fmt.Sprintf("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}\n\n", piece))
		all = all[n:]
	}
	if fault != nil {
		fault(f, w, r, events)
		return
	}
	f.say(w, append(events, ending("stop"))...)
}

func ending(reason string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":%q}]}\n\ndata: [DONE]\n\n", reason)
}

// say streams events.
func (f *flaky) say(w http.ResponseWriter, events ...string) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/event-stream")
	}
	for _, e := range events {
		if _, err := io.WriteString(w, e); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush() // the client may be gone
	}
}

// some are the events up to a place by chance, all but the last at most.
func (f *flaky) some(events []string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return events[:f.rand.IntN(len(events))]
}

type failing = func(f *flaky, w http.ResponseWriter, r *http.Request, events []string)

// modelFaults are what may happen to a model's stream. whole: the answer is all
// there in the end.
var modelFaults = []struct {
	name  string
	fault failing
	whole bool
}{
	{"none", nil, true},
	{"ends early, cleanly", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) { f.say(w, f.some(ev)...) }, false},
	{"ends inside a line", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		n := len(f.some(ev))
		f.say(w, append(append([]string{}, ev[:n]...), ev[n][:len(ev[n])/2])...)
	}, false},
	{"stalls", func(f *flaky, w http.ResponseWriter, r *http.Request, ev []string) {
		f.say(w, f.some(ev)...)
		<-r.Context().Done()
	}, false},
	{"a page of HTML", func(f *flaky, w http.ResponseWriter, _ *http.Request, _ []string) {
		w.Header().Set("Content-Type", "text/html")
		f.say(w, "<html><body>Sign in</body></html>")
	}, false},
	{"empty choices", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		f.say(w, append(append([]string{}, f.some(ev)...), "data: {\"choices\":[]}\n\n", "data: [DONE]\n\n")...)
	}, false},
	{"an error in the stream", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		f.say(w, append(append([]string{}, f.some(ev)...), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n")...)
	}, false},
	{"a reset", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		f.say(w, f.some(ev)...)
		panic(http.ErrAbortHandler)
	}, false},
	{"the length is used up", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		f.say(w, append(append([]string{}, f.some(ev)...), ending("length"))...)
	}, false},
	{"the filter strikes", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		f.say(w, append(append([]string{}, f.some(ev)...), ending("content_filter"))...)
	}, false},
	{"429 first", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		f.mu.Lock()
		first := time.Now().After(f.after.Add(time.Minute))
		wait := time.Duration(1+f.rand.IntN(5)) * time.Second
		if first {
			f.after = time.Now().Add(wait)
		}
		f.mu.Unlock()
		if !first {
			f.say(w, append(ev, ending("stop"))...)
			return
		}
		w.Header().Set("Retry-After", fmt.Sprint(int(wait/time.Second)))
		w.WriteHeader(http.StatusTooManyRequests)
	}, true},
	{"500", func(_ *flaky, w http.ResponseWriter, _ *http.Request, _ []string) {
		w.WriteHeader(http.StatusInternalServerError)
	}, false},
	{"a body without end", func(f *flaky, w http.ResponseWriter, r *http.Request, _ []string) {
		w.Header().Set("Content-Type", "application/octet-stream")
		for i := 0; i < 600 && r.Context().Err() == nil; i++ {
			f.say(w, strings.Repeat("x", 1<<15))
		}
	}, false},
	{"pieces twice", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		n := len(f.some(ev))
		f.say(w, append(append(append([]string{}, ev[:n+1]...), ev[n:]...), ending("stop"))...)
	}, false},
	{"DONE without a reason", func(f *flaky, w http.ResponseWriter, _ *http.Request, ev []string) {
		f.say(w, append(append([]string{}, f.some(ev)...), "data: [DONE]\n\n")...)
	}, false},
}

// saidShort say under an answer that it is not all the model would have said.
var saidShort = []string{"语言模型暂时无法使用", "以上为研报原文摘录", "中断", "未通过核对", "没有完成", "不完整"}

// Whatever happens to the model's stream, and where: what stands in Slack in
// the end is whole, or says that it is not.
func TestPromiseWholeAnswers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "in/a.md", wholeReport)
	mustRun(t, reportbot(t, dir, "ingest", "in"), exitDone)
	asked, whole, unmarked, early := 0, 0, 0, 0
	for i, c := range modelFaults {
		t.Run(c.name, func(t *testing.T) {
			kept := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				f := &flaky{rand: rand.New(rand.NewPCG(uint64(i), 5)), pipes: make(chan net.Conn)}
				o := f.office(t, filepath.Join(dir, "data"), kept)
				n := 0
				for k := range faultsEach {
					f.set(c.fault)
					all, said := f.answer(o, fmt.Sprint("C-f", k))
					f.set(nil)
					good, text := f.answer(o, fmt.Sprint("C-g", k))
					asked++
					if all {
						n++
					}
					if !all && !said {
						unmarked++
						t.Errorf("cut, and not said:\n%s", o.Screen(fmt.Sprint("C-f", k)))
					}
					if !good || c.whole && !all {
						t.Errorf("a good answer is not whole (%v), or says so (%v):\n%s", good, text, o.Screen(fmt.Sprint("C-g", k)))
					}
				}
				whole += n
				f.mu.Lock()
				early += f.early
				f.mu.Unlock()
			})
		})
	}
	t.Logf("%d answers under %d faults: %d whole, cut ones posted as whole %d, calls before Retry-After was over %d", asked, len(modelFaults)-1, whole, unmarked, early)
	if early > 0 {
		t.Error("Retry-After was not kept")
	}
}

// office starts the bot with this model, in the bubble of t.
func (f *flaky) office(t *testing.T, data, kept string) *office {
	server := &http.Server{Handler: f}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(f) }() // ends with Close
	model, way := f.chat()
	t.Cleanup(func() {
		way.CloseIdleConnections()
		_ = server.Close()
		<-served
	})
	return openTo(t, data, kept, model, nil)
}

func (f *flaky) set(fault failing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// answer asks in a channel: whether all that the model has to say stands there,
// and whether it is said that it does not.
func (f *flaky) answer(o *office, channel string) (all, said bool) {
	o.Say(channel, "Lin", slacktest.Mention(askedFor), "")
	o.wait()
	o.wait()
	got := ""
	for _, m := range o.Said(channel) {
		if m.Streaming {
			o.t.Errorf("a stream is open: %s", m.Text)
		}
		got += m.Everything() + "\n"
	}
	all = true
	for _, want := range wholeAnswer {
		all = all && slices.ContainsFunc(strings.Split(got, "\n"), func(l string) bool {
			sentence, marker, _ := strings.Cut(l, "。 [")
			return marker != "" && like(sentence, want)
		})
	}
	for _, m := range saidShort {
		said = said || strings.Contains(got, m)
	}
	return all, said
}

// like reports whether a sentence is the one that was meant, be it with one or
// two characters said twice: nobody can tell that from a report's own words.
func like(sentence, want string) bool {
	s, w := []rune(sentence), []rune(want)
	more := len(s) - len(w)
	if more < 0 || more > 2 {
		return false
	}
	i := 0
	for i < len(w) && s[i] == w[i] {
		i++
	}
	return string(s[i+more:]) == string(w[i:]) && (more == 0 || i >= more && string(s[i-more:i]) == string(s[i:i+more]))
}

// While the breaker is open the model is called once for each probe.
func TestPromiseBreaker(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "in/a.md", wholeReport)
	mustRun(t, reportbot(t, dir, "ingest", "in"), exitDone)
	kept := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		f := &flaky{rand: rand.New(rand.NewPCG(1, 5)), pipes: make(chan net.Conn)}
		o := f.office(t, filepath.Join(dir, "data"), kept)
		f.set(func(_ *flaky, w http.ResponseWriter, _ *http.Request, _ []string) {
			w.WriteHeader(http.StatusBadGateway)
		})
		for k := range 5 { // it opens
			f.answer(o, fmt.Sprint("C-o", k))
		}
		f.mu.Lock()
		before, from := len(f.calls), time.Now()
		f.mu.Unlock()
		const questions = 30
		for k := range questions {
			o.Say(fmt.Sprint("C-b", k), "Lin", slacktest.Mention(askedFor), "")
			time.Sleep(2 * time.Second)
		}
		o.wait()
		f.mu.Lock()
		calls, took := len(f.calls)-before, time.Since(from)
		f.mu.Unlock()
		probes := int(took/(15*time.Second)) + 1
		t.Logf("breaker open for %s: %d questions, %d calls, at most %d probes", took, questions, calls, probes)
		if calls > probes || calls == 0 {
			t.Errorf("%d calls, want one for each of %d probes", calls, probes)
		}
		f.set(nil)
		o.wait()
		if all, _ := f.answer(o, "C-end"); !all {
			t.Errorf("the model is well again and not asked:\n%s", o.Screen("C-end"))
		}
	})
}
