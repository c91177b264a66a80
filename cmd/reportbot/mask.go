package main

import (
	"io"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"reportbot/bot"
	"reportbot/config"
)

// secretShapes are Slack's tokens, the keys of model servers, and the ticket
// in the address of a socket, which opens it.
var secretShapes = regexp.MustCompile(`\b(?:xox[a-z]|xapp|sk)-[A-Za-z0-9_-]+|\bticket=[^&"\\\s]+`)

// mask takes secrets out of what is written. It stands before the log's file
// and not in its handler, as a secret may hide in any value: an error's text,
// an address, a server's own words. The log writes a record at a time, so no
// secret is cut in two.
type mask struct {
	w     io.Writer
	known *strings.Replacer // those that are set, whatever their shape
	shape func(string) string
}

func newMask(w io.Writer, secrets ...config.Secret) mask {
	var pairs []string
	for _, s := range secrets {
		if len(s.Reveal()) >= 6 { // a shorter one would take words apart, and is none
			pairs = append(pairs, s.Reveal(), s.String())
		}
	}
	return mask{w, strings.NewReplacer(pairs...), func(s string) string { return secretShapes.ReplaceAllString(s, "[secret]") }}
}

func (m mask) Write(p []byte) (int, error) {
	if _, err := io.WriteString(m.w, m.hide(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Fd is the file's below, so that a terminal is known for one.
func (m mask) Fd() uintptr {
	if f, ok := m.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0) // of nothing
}

func (m mask) hide(s string) string { return m.shape(m.known.Replace(s)) }

// masked is where commands write their errors: a server's own words may repeat
// the key it was sent. A file's name that begins like a key is none.
func masked(w io.Writer, getenv func(string) string) io.Writer {
	var all []config.Secret
	for _, s := range config.Settings() {
		if strings.HasSuffix(s.Env, "_TOKEN") || strings.HasSuffix(s.Env, "_KEY") || strings.HasSuffix(s.Env, "_SECRET") {
			all = append(all, config.NewSecret(strings.TrimSpace(getenv(s.Env))))
		}
	}
	m := newMask(w, all...)
	m.shape = bot.Hide
	return m
}

// typed takes secrets out of a question.
func (m mask) typed(s string) string { return bot.Hide(m.known.Replace(s)) }

// secrets are those that are set.
func secrets(cfg config.Config) []config.Secret {
	return []config.Secret{cfg.Slack.BotToken, cfg.Slack.AppToken, cfg.Slack.SigningSecret, cfg.Chat.Key, cfg.Embed.Key}
}

// serveLog is JSON, a line a record, without secrets. Durations are written as
// 29ms: slog would write nanoseconds.
func serveLog(w io.Writer, cfg config.Config) *slog.Logger {
	m := newMask(w, secrets(cfg)...)
	return slog.New(slog.NewJSONHandler(m, &slog.HandlerOptions{Level: cfg.Serve.Log, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindDuration {
			a.Value = slog.StringValue(a.Value.Duration().Round(time.Millisecond).String())
		}
		return a
	}}))
}
