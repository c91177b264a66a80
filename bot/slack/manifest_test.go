package slack

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// scopes are what Slack asks for methods and events.
var scopes = map[string][]string{
	"auth.test": nil, "views.open": nil, "response_url": nil,
	"chat.postMessage": {"chat:write"}, "chat.update": {"chat:write"}, "chat.delete": {"chat:write"}, "chat.postEphemeral": {"chat:write"},
	"chat.startStream": {"chat:write"}, "chat.appendStream": {"chat:write"}, "chat.stopStream": {"chat:write"},
	"assistant.threads.setStatus": {"chat:write"}, "assistant.threads.setTitle": {"assistant:write"}, "assistant.threads.setSuggestedPrompts": {"assistant:write"},
	"conversations.replies": {"channels:history", "groups:history", "im:history"}, "conversations.history": {"channels:history", "groups:history", "im:history"},
	"files.getUploadURLExternal": {"files:write"}, "files.completeUploadExternal": {"files:write"},
	"app_mention": {"app_mentions:read"}, "app_home_opened": nil,
	"member_joined_channel": {"channels:read", "groups:read"},
	"message.channels":      {"channels:history"}, "message.groups": {"groups:history"}, "message.im": {"im:history"},
	"conversations.info": {"channels:read", "groups:read"}, "channel_shared": {"channels:read", "groups:read"}, "channel_unshared": {"channels:read", "groups:read"},
	"usergroups.users.list": {"usergroups:read"}, "subteam_members_changed": {"usergroups:read"}, "subteam_updated": {"usergroups:read"},
	"subteam_self_added": {"usergroups:read"}, "subteam_self_removed": {"usergroups:read"},
}

// used are the methods that stand in our code.
func used(t *testing.T) []string {
	t.Helper()
	named := regexp.MustCompile(`"((?:chat|conversations|assistant\.threads|views|auth|reactions|users|usergroups\.users|files)\.[a-zA-Z]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// The manifest asks for all that the code uses, and for nothing else.
func TestManifest(t *testing.T) {
	var m struct {
		Features struct {
			Agent    map[string]string `yaml:"agent_view"`
			Commands []struct{ Command string }
		}
		OAuth struct {
			Scopes struct{ Bot []string }
		} `yaml:"oauth_config"`
		Settings struct {
			Subscriptions struct {
				Events []string `yaml:"bot_events"`
			} `yaml:"event_subscriptions"`
			Interactivity struct {
				On bool `yaml:"is_enabled"`
			}
			Socket bool `yaml:"socket_mode_enabled"`
		}
	}
	raw := strings.ReplaceAll(Manifest, "slash_commands:", "commands:")
	if err := yaml.Unmarshal([]byte(raw), &m); err != nil {
		t.Fatal(err)
	}
	if !m.Settings.Socket || !m.Settings.Interactivity.On || m.Features.Agent["agent_description"] == "" {
		t.Error("socket mode, interactivity or the agent is off")
	}
	need := map[string]bool{"commands": true}
	for _, what := range append(used(t), m.Settings.Subscriptions.Events...) {
		s, ok := scopes[what]
		if !ok {
			t.Errorf("no scope is known for %s", what)
		}
		for _, s := range s {
			need[s] = true
		}
	}
	for s := range need {
		if !slices.Contains(m.OAuth.Scopes.Bot, s) {
			t.Errorf("scope %s is missing", s)
		}
	}
	for _, s := range m.OAuth.Scopes.Bot {
		if !need[s] {
			t.Errorf("scope %s is not used", s)
		}
	}
	for _, want := range []string{"app_mention", "message.channels", "message.groups", "message.im", "member_joined_channel", "app_home_opened", "subteam_members_changed", "subteam_updated"} {
		if !slices.Contains(m.Settings.Subscriptions.Events, want) {
			t.Errorf("event %s is missing", want)
		}
	}
	for _, e := range m.Settings.Subscriptions.Events {
		kind, _, _ := strings.Cut(e, ".")
		payload := fmt.Sprintf(`{"event":{"type":%q,"channel":"C1","user":"U1","text":"x","ts":"1.2","tab":"messages","subteam_id":"S1"}}`, kind)
		if _, ok, err := fromEvent([]byte(payload), self{User: "U1"}); kind == "member_joined_channel" && (!ok || err != nil) {
			t.Errorf("event %s: %v %v", e, ok, err)
		}
		if _, ok, err := fromEvent([]byte(payload), self{User: "U2"}); kind != "member_joined_channel" && (!ok || err != nil) {
			t.Errorf("event %s: %v %v", e, ok, err)
		}
	}
	for _, c := range m.Features.Commands {
		if _, ok := fromCommand(url.Values{"command": {c.Command}, "trigger_id": {"1"}, "user_id": {"U1"}}); !ok {
			t.Errorf("command %s is not understood", c.Command)
		}
	}
}
