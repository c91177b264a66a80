package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"reportbot/bot/slack/slacktest"
)

// Slack's own framework gets on with the stand-in that our tests trust, so that
// it is not our reading of the protocol alone. $REPORTBOT_NPM is a folder with
// bolt.mjs and the packages it wants; see .ci/npm.
func TestBolt(t *testing.T) {
	dir := os.Getenv("REPORTBOT_NPM")
	if dir == "" {
		t.Skip("REPORTBOT_NPM is not set")
	}
	s := slacktest.New()
	defer s.Close()
	web := httptest.NewServer(s)
	defer web.Close()
	node := exec.CommandContext(t.Context(), "node", "bolt.mjs")
	node.Dir = dir
	node.Env = cleanEnv("SLACK_API_URL="+web.URL+"/api/", "SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_APP_TOKEN="+slacktest.AppToken)
	node.Stdout, node.Stderr = os.Stderr, os.Stderr
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = node.Process.Kill()
		_ = node.Wait() // killed, as it should be
	}()
	until(t, "bolt is connected", func() bool { return s.Connected() == 1 })

	ts, e := s.Say("C1", "U1", slacktest.Mention("question"), "")
	said(t, s, "C1", ts, "first <@UBOT> question", "second <@UBOT> question")
	if n, acked := e.Deliveries(); n != 1 || !acked {
		t.Errorf("the mention was sent %d times, acked: %v", n, acked)
	}
	if !slices.ContainsFunc(s.Calls("chat.postMessage"), func(c slacktest.Call) bool { return c.Error == "ratelimited" }) {
		t.Error("no post was too fast: the test shows nothing about 429")
	}
	ts, _ = s.Say("D1", "U1", "please stream", "")
	said(t, s, "D1", ts, "one two three")
	said(t, s, "C8", "", "refused message_not_in_streaming_state")
	s.Press(s.Said("D1")[0], "U1", "feedback", true)
	said(t, s, "C7", "", "feedback good")
	s.Command("/ask", "C1", "U1", "words")
	said(t, s, "C9", "", "command words")

	s.Disconnect("refresh_requested") // Bolt waits five seconds before it comes back
	until(t, "bolt is connected again", func() bool { return len(s.Calls("apps.connections.open")) == 2 && s.Connected() == 1 })
	ts, _ = s.Say("C2", "U1", slacktest.Mention("again"), "")
	said(t, s, "C2", ts, "first <@UBOT> again", "second <@UBOT> again")
}

// said waits until the bot's messages in a thread of the channel are these.
func said(t *testing.T, s *slacktest.Server, channel, thread string, want ...string) {
	t.Helper()
	var got []string
	until(t, strings.Join(want, ", "), func() bool {
		got = nil
		for _, m := range s.Said(channel) {
			if m.Thread == thread && !m.Streaming {
				got = append(got, m.Text)
			}
		}
		return slices.Equal(got, want)
	})
}
