package main

import (
	"fmt"
	"testing"

	"reportbot/bot/slack/slacktest"
)

// A flood of questions takes bounded memory and few goroutines; each asker gets
// the answers of the rate and hears once of the refusals.
func TestPromiseFlood(t *testing.T) {
	const people, rate = 45, 5
	d := newDesk(t)
	s := d.serveWith(fmt.Sprintf("limits: {user: %d, channel: 0, workspace: 0}\n", rate))
	memory, routines := s.gauge("process_resident_memory_bytes"), s.gauge("go_goroutines")
	var most, crowd float64
	for n := range floodQuestions {
		channel, user := fmt.Sprintf("C%d", n%people), fmt.Sprintf("U%d", n%people)
		d.slack.Say(channel, user, slacktest.Mention(askedFor), "")
		if n%200 == 0 {
			most, crowd = max(most, s.gauge("process_resident_memory_bytes")), max(crowd, s.gauge("go_goroutines"))
		}
	}
	done := func() float64 {
		return s.gauge(`reportbot_outcomes_total\{outcome="answered"\}`) + s.gauge(`reportbot_outcomes_total\{outcome="refused:rate_user"\}`)
	}
	until(t, "all dealt with", func() bool { return done() >= floodQuestions })
	most, crowd = max(most, s.gauge("process_resident_memory_bytes")), max(crowd, s.gauge("go_goroutines"))
	taken := s.gauge(`reportbot_outcomes_total\{outcome="answered"\}`)
	s.end()
	answers, told := 0, 0
	for i := range people {
		channel := fmt.Sprintf("C%d", i)
		mine, notes := len(d.answers(channel)), d.heard(channel, "你提问太快", true)
		answers, told = answers+mine, told+notes
		// a token that came back during the flood gives one answer more, and lets
		// the next refusal be told anew
		if mine < rate || notes < 1 || notes > 1+mine-rate {
			t.Errorf("%s: %d answers and %d refusals told, want %d and one", channel, mine, notes, rate)
		}
	}
	t.Logf("%d questions of %d people: %d answered, %d told of a refusal once; %.1f MiB and %.0f goroutines more than idle (%.1f MiB)",
		floodQuestions, people, answers, told, (most-memory)/(1<<20), crowd-routines, memory/(1<<20))
	if answers != int(taken) {
		t.Errorf("%d answers stand in Slack, %.0f were counted", answers, taken)
	}
	if most-memory > 64<<20 || crowd-routines > 400 {
		t.Errorf("%.1f MiB and %.0f goroutines more, at most 64 and 400 wanted", (most-memory)/(1<<20), crowd-routines)
	}
}
