package config

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSecretNeverPrints(t *testing.T) {
	c := defaults()
	c.Chat.Key = NewSecret(canary)
	hiding := struct{ c Config }{c} // fmt asks no methods in here
	shown := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown[verb] = fmt.Sprintf(verb, c.Chat.Key)
		shown[verb+" of all"] = fmt.Sprintf(verb, c)
		shown[verb+" of a pointer"] = fmt.Sprintf(verb, &c)
		shown[verb+" inside"] = fmt.Sprintf(verb, hiding)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "key", c.Chat.Key, "config", c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "key", c.Chat.Key, "config", c)
	shown["slog"] = log.String()
	for name, marshal := range map[string]func(any) ([]byte, error){"json": json.Marshal, "yaml": yaml.Marshal, "xml": xml.Marshal} {
		b, err := marshal(c.Chat)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		shown[name] = string(b)
	}
	for how, s := range shown {
		if strings.Contains(s, "canary") || strings.Contains(s, fmt.Sprintf("%x", "canary")) {
			t.Errorf("%s shows the secret: %s", how, s)
		}
	}
	for _, how := range []string{"%v", "%#v", "%d", "slog", "json"} {
		if !strings.Contains(shown[how], hidden) {
			t.Errorf("%s shows %s, want %s", how, shown[how], hidden)
		}
	}
	if c.Chat.Key.Reveal() != canary || NewSecret("").Reveal() != "" || !NewSecret("").Equal(Secret{}) {
		t.Error("Reveal does not give back what was hidden")
	}
}
