package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"reportbot/bot/slack/slacktest"
)

// gauge reads a figure of the metrics page.
func (s *serving) gauge(name string) float64 {
	s.t.Helper()
	_, page := s.page("/metrics")
	m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(page)
	if m == nil {
		s.t.Fatalf("no metric %s in\n%s", name, page)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// 200 questions from 50 channels that all wait for a model cost little memory
// and few goroutines, and each is answered once, those of a channel in order.
func TestServeHoldsManyQuestions(t *testing.T) {
	const channels, each = 50, 4
	d := newDesk(t)
	goOn := make(chan struct{})
	release := sync.OnceFunc(func() { close(goOn) })
	defer release()
	d.model.pause = func(string) { <-goOn }
	s := d.serve()
	memory, routines := s.gauge("process_resident_memory_bytes"), s.gauge("go_goroutines")
	asked := map[string][]string{} // ts of the questions
	for i := range channels * each {
		channel := fmt.Sprintf("C%d", i%channels)
		ts, _ := d.slack.Say(channel, fmt.Sprintf("U%d", i), slacktest.Mention(askedFor), "")
		asked[channel] = append(asked[channel], ts)
	}
	until(t, "all in line", func() bool { return s.gauge("reportbot_queue_length") >= channels*each-8 })
	grown, more := s.gauge("process_resident_memory_bytes")-memory, s.gauge("go_goroutines")-routines
	t.Logf("%d in flight: %.1f MiB and %.0f goroutines more than idle (%.1f MiB)", channels*each, grown/(1<<20), more, memory/(1<<20))
	if grown > 64<<20 || more > 400 {
		t.Errorf("%.1f MiB and %.0f goroutines more, at most 64 and 400 wanted", grown/(1<<20), more)
	}
	release()
	until(t, "all answered", func() bool {
		n := 0
		for c := range asked {
			n += len(d.answers(c))
		}
		return n >= channels*each
	})
	s.end()
	for c, want := range asked {
		var got []string
		for _, m := range d.answers(c) {
			got = append(got, m.Thread)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: answers in the threads %q, want %q", c, got, want)
		}
	}
}
