package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"reportbot/config"
)

func TestServeLogMasks(t *testing.T) {
	var cfg config.Config
	cfg.Slack.SigningSecret = config.NewSecret("8f742231b10e8888abcd99yyyzzz85a5") // has no shape of its own
	cfg.Chat.Key = config.NewSecret("plain-key")
	cfg.Serve.Log = slog.LevelDebug
	var out strings.Builder
	log := serveLog(&out, cfg)
	for _, secret := range []string{"xoxb-1-2-aB3_", "xoxe-9", "xapp-1-A0-77-ff", "sk-proj-abc_123", "ticket=abc-12%3D", "8f742231b10e8888abcd99yyyzzz85a5", "plain-key"} {
		log.Debug("to "+secret, "url", "wss://h/link?"+secret+"&x=1", "error", errors.New(`"`+secret+`" is refused`), "nested", map[string]string{"a": secret})
		log.With("key", secret).WithGroup(secret).Info("m", "b", []byte(secret))
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s is in the log:\n%s", secret, out.String())
		}
		out.Reset()
	}
	log.Info("went well", "report", "r02cac6a38908", "task-sketch", "risk-free, xoxb")
	var line map[string]any
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil || line["report"] != "r02cac6a38908" {
		t.Errorf("%q: %v; want JSON with what is no secret", out.String(), err)
	}
	if want := `"task-sketch":"risk-free, xoxb"`; !strings.Contains(out.String(), want) {
		t.Errorf("%s, want %s in it", out.String(), want)
	}
}

// People read how long something took, and in the same form everywhere.
func TestServeLogDurations(t *testing.T) {
	var out strings.Builder
	serveLog(&out, config.Config{}).Info("done", "took", 28_840_212*time.Nanosecond, slog.Group("stages", "search", 1500*time.Millisecond))
	if want := `"took":"29ms","stages":{"search":"1.5s"}`; !strings.Contains(out.String(), want) {
		t.Errorf("%s, want %s in it", out.String(), want)
	}
}

// What people paste into a question is taken out of it before it is kept or sent
// to a model; names that begin like a secret stay.
func TestMaskTyped(t *testing.T) {
	m := newMask(nil, config.NewSecret("8f742231b10e8888abcd99yyyzzz85a5"))
	for _, c := range []struct{ typed, want string }{
		{"xoxb-123456789012-1234567890123-AbCdEf012345 能用吗", "[secret] 能用吗"},
		{"xapp-1-A012BCD3E4F-1234567890123-0f1e2d3c4b5a", "[secret]"},
		{"key=sk-proj-abcDEF123456_ghi789?", "key=[secret]?"},
		{"8f742231b10e8888abcd99yyyzzz85a5是什么", "[secret]是什么"},
		{"sk-hynix 的目标价", "sk-hynix 的目标价"},
		{"sk-hynix-2026-annual-results-preview", "sk-hynix-2026-annual-results-preview"},
		{"task-123456789012345678", "task-123456789012345678"},
	} {
		if got := m.typed(c.typed); got != c.want {
			t.Errorf("%q became %q, want %q", c.typed, got, c.want)
		}
	}
}
