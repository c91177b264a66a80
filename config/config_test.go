package config

import (
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const canary = "sk-canary-0123456789"

// env makes a getenv from "NAME=value" pairs.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if v, ok := strings.CutPrefix(p, name+"="); ok {
				return v
			}
		}
		return ""
	}
}

func defaults() Config {
	return Config{
		Data: "./data",
		Chat: Chat{Model: "gpt-4o-mini", Timeout: 120 * time.Second, FirstToken: 30 * time.Second,
			BetweenTokens: 20 * time.Second, Retries: 3},
		Embed:     Embed{Model: "builtin", Batch: 64, Timeout: time.Minute},
		Ingest:    Ingest{MaxFileMB: 64, MaxPages: 2000, SecondsPerFile: 120, Poll: 2 * time.Second},
		Answer:    Answer{MaxUnits: 4, MaxChars: 600, QuoteChars: 400, ReportChars: 2000, NoticeZh: "内容摘自研报，不构成投资建议。", NoticeEn: "Drawn from broker reports; not investment advice.", Refuse: Refuse{0.23, 0.31, 0.25, 0.33, 0.37}},
		Retrieval: Retrieval{Limit: 8},
		Slack:     Slack{Workers: 8, Queue: 500},
		Limits:    Limits{User: 20, Channel: 60, Workspace: 300},
		Audit:     Audit{Years: 5},
		Serve:     Serve{Admin: "127.0.0.1:8090", HTTP: "127.0.0.1:3000"},
		Digest:    Digest{ModelReports: 20},
		Public:    []string{"default"},
		Channels:  map[string]*Channel{"default": {FollowUps: true}},
		Users:     map[string]*Grant{},
		Groups:    map[string]*Grant{},
	}
}

func TestLoad(t *testing.T) {
	half := 0.5
	tests := []struct {
		name string
		file string
		env  []string
		want func(*Config)
	}{
		{"nothing", "", nil, func(*Config) {}},
		{"comments", "# nothing\n---\n", nil, func(*Config) {}},
		{"empty sections and values", "chat:\nembed: ~\nanswer: {}\ndata:\n", nil, func(*Config) {}},
		{"a key changes the chat alone", "", []string{"OPENAI_API_KEY= " + canary + "\n"}, func(c *Config) {
			c.Chat.Key = NewSecret(canary)
		}},
		{"an embedding key changes no model", "", []string{"OPENAI_EMBED_API_KEY=" + canary}, func(c *Config) {
			c.Embed.Key = NewSecret(canary)
		}},
		{"all", `
data: /srv/reports
chat: {base_url: "http://localhost:11434/v1/", model: qwen3, timeout: 3m, first_token: 90s, between_tokens: 1m0s, retries: 0, price_prompt: 0.5, price_completion: 2}
embed: {model: bge-m3, base_url: "http://localhost:8080", batch: 32, timeout: 10s}
ingest: {max_file_mb: 1, max_pages: 2, seconds_per_file: 3, securities: list.csv, poll: 9s}
answer: {max_units: 5, max_chars: 700, quote_chars: 80, report_chars: 900, notice_zh: "", notice_en: No advice., refuse: {off_topic: 0, off_asked: 0.1, cover: 0.2, value: 0.3, cued: 1}}
retrieval: {limit: 9, vector_weight: 0.5}
slack: {api_url: "http://localhost:1/api", workers: 2, queue: 3}
limits: {user: 1, channel: 2, workspace: 0, tokens_per_day: 7}
audit: {years: 0}
serve:
  admin: ":1"
  http: "[::1]:2"
  watch: [reports, 内部=in/a=b]
  log: debug
digest: {empty: true, model_reports: 0}
public: [default, sell-side]
channels:
  default: {language: zh, follow_ups: false}
  C01:
    collections: [内部]
    every: true
    in_channel: true
    members: [U1, W2]
    digest: [weekdays 08:30, weekly Fri 17:00 行业:电子]
    digest_managers: U1
users: {U1: {collections: [内部, m-a]}, W2: {collections: deals}}
groups:
  S03: {collections: [deals]}
  S04: {}
`, nil, func(c *Config) {
			*c = Config{
				Data:      "/srv/reports",
				Chat:      Chat{BaseURL: "http://localhost:11434/v1", Model: "qwen3", Timeout: 3 * time.Minute, FirstToken: 90 * time.Second, BetweenTokens: time.Minute, PricePrompt: 0.5, PriceCompletion: 2},
				Embed:     Embed{Model: "bge-m3", BaseURL: "http://localhost:8080", Batch: 32, Timeout: 10 * time.Second},
				Ingest:    Ingest{1, 2, 3, "list.csv", 9 * time.Second},
				Answer:    Answer{5, 700, 80, 900, "", "No advice.", Refuse{0, 0.1, 0.2, 0.3, 1}},
				Retrieval: Retrieval{9, &half},
				Slack:     Slack{APIURL: "http://localhost:1/api", Workers: 2, Queue: 3},
				Limits:    Limits{User: 1, Channel: 2, TokensPerDay: 7},
				Serve:     Serve{Admin: ":1", HTTP: "[::1]:2", Watch: []Watch{{"default", "reports"}, {"内部", "in/a=b"}}, Log: slog.LevelDebug},
				Digest:    Digest{Empty: true},
				Public:    []string{"default", "sell-side"},
				Channels: map[string]*Channel{
					"default": {Language: "zh"},
					"C01": {Collections: []string{"内部"}, Every: true, InChannel: true, FollowUps: true, Members: []string{"U1", "W2"},
						Digest: []string{"weekdays 08:30", "weekly Fri 17:00 行业:电子"}, DigestManagers: []string{"U1"}},
				},
				Users:  map[string]*Grant{"U1": {[]string{"内部", "m-a"}}, "W2": {[]string{"deals"}}},
				Groups: map[string]*Grant{"S03": {[]string{"deals"}}, "S04": {}},
			}
		}},
		{"lists of one, and of none", "serve: {watch: a}\npublic: []\nchannels: {G1: {members: U1}, D1: }\n", nil, func(c *Config) {
			c.Serve.Watch, c.Public = []Watch{{"default", "a"}}, nil
			c.Channels["G1"] = &Channel{FollowUps: true, Members: []string{"U1"}}
			c.Channels["D1"] = &Channel{FollowUps: true}
		}},
		{"Slack's tokens", "", []string{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-2\n", "SLACK_SIGNING_SECRET=3", "SLACK_API_URL=https://s/api/"}, func(c *Config) {
			c.Slack.BotToken, c.Slack.AppToken, c.Slack.SigningSecret = NewSecret("xoxb-1"), NewSecret("xapp-2"), NewSecret("3")
			c.Slack.APIURL = "https://s/api"
		}},
		{"addresses from the environment", "serve: {admin: ':1', http: ':2'}", []string{"REPORTBOT_ADMIN=:3", "REPORTBOT_HTTP=0.0.0.0:4"}, func(c *Config) {
			c.Serve.Admin, c.Serve.HTTP = ":3", "0.0.0.0:4"
		}},
		{"Windows", "\ufeffdata: 研报\r\nretrieval:\r\n  limit: 3\r\n", nil, func(c *Config) {
			c.Data, c.Retrieval.Limit = "研报", 3
		}},
		{"the environment wins", "chat:\n  model: a\n  base_url: http://a/v1\n",
			[]string{"OPENAI_MODEL=b", "OPENAI_BASE_URL=https://b/v1"}, func(c *Config) {
				c.Chat.Model, c.Chat.BaseURL = "b", "https://b/v1"
			}},
		{"embedder at OpenAI", "embed: {model: e}", []string{"OPENAI_API_KEY=k"}, func(c *Config) {
			c.Chat.Key, c.Embed.Model, c.Embed.Key = NewSecret("k"), "e", NewSecret("k")
		}},
		{"embedder at OpenAI by name", "embed: {model: e, base_url: 'https://api.openai.com/v1/'}", []string{"OPENAI_API_KEY=k"}, func(c *Config) {
			c.Chat.Key, c.Embed.Model, c.Embed.Key, c.Embed.BaseURL = NewSecret("k"), "e", NewSecret("k"), "https://api.openai.com/v1"
		}},
		{"embedder at the chat's server", "embed: {model: e}\nchat: {base_url: http://c/v1}", []string{"OPENAI_API_KEY=k"}, func(c *Config) {
			c.Chat.Key, c.Chat.BaseURL = NewSecret("k"), "http://c/v1"
			c.Embed.Model, c.Embed.Key, c.Embed.BaseURL = "e", NewSecret("k"), "http://c/v1"
		}},
		{"the chat's key stays with the chat", "embed: {model: e, base_url: http://e/v1}", []string{"OPENAI_API_KEY=k"}, func(c *Config) {
			c.Chat.Key, c.Embed.Model, c.Embed.BaseURL = NewSecret("k"), "e", "http://e/v1"
		}},
		{"each its own key", "embed: {model: e, base_url: http://e/v1}", []string{"OPENAI_API_KEY=k", "OPENAI_EMBED_API_KEY=l"}, func(c *Config) {
			c.Chat.Key, c.Embed.Model, c.Embed.BaseURL, c.Embed.Key = NewSecret("k"), "e", "http://e/v1", NewSecret("l")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			const file = "reportbot.yaml"
			if err := os.WriteFile(file, []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := Load(file, env(tt.env...))
			if err != nil {
				t.Fatal(err)
			}
			want := defaults()
			tt.want(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Config (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name string
		file string
		env  []string
		want []string // the lines after "settings:"
	}{
		{"everything at once", "chat:\n  timeout: soon\n  retries: -1\n  colour: red\nembed:\n  batch: 0\nretrieval:\n  vector_weight: 1.5\n",
			[]string{"OPENAI_BASE_URL=localhost:8080"}, []string{
				`line 2: chat.timeout: a time like 90s or 2m is needed, at most 24h, not "soon"`,
				`line 3: chat.retries: a whole number from 0 to 20 is needed, not "-1"`,
				`line 4: chat.colour: is no setting`,
				`line 6: embed.batch: a whole number from 1 to 2048 is needed, not "0"`,
				`line 8: retrieval.vector_weight: a number from 0 to 1 is needed, not "1.5"`,
				`OPENAI_BASE_URL: an address like https://host/v1 is needed`,
			}},
		{"secrets", "chat:\n  api_key: " + canary + "\nembed:\n  key: " + canary + "\nopenai:\n  Token: " + canary + "\nslack_secret: [" + canary + "]\n", nil, []string{
			"line 2: chat.api_key: secrets do not belong in a file; set OPENAI_API_KEY in the environment",
			"line 4: embed.key: secrets do not belong in a file; set OPENAI_EMBED_API_KEY in the environment",
			"line 5: openai: is no setting",
			"line 6: openai.Token: secrets do not belong in a file; set OPENAI_API_KEY in the environment",
			"line 7: slack_secret: secrets do not belong in a file; set SLACK_SIGNING_SECRET in the environment",
		}},
		{"secrets in the wrong place", "chat:\n  base_url: " + canary + "\n  retries: " + canary + "\n  timeout: " + canary + "\n  model: [" + canary + "]\n", nil, []string{
			"line 2: chat.base_url: an address like https://host/v1 is needed",
			"line 3: chat.retries: a whole number from 0 to 20 is needed",
			"line 4: chat.timeout: a time like 90s or 2m is needed, at most 24h",
			"line 5: chat.model: must be a single value",
		}},
		{"a key with a line break", "", []string{"OPENAI_API_KEY=" + canary + "\nX: y"}, []string{
			"OPENAI_API_KEY: a key has no blanks, control or non-ASCII characters"}},
		{"addresses", "chat: {base_url: 'https://u:" + canary + "@host/v1'}\nembed: {base_url: 'ftp://host'}\n",
			[]string{"OPENAI_BASE_URL=https://host/v1?key=" + canary}, []string{
				"line 1: chat.base_url: no user or password belongs here; keys come from the environment",
				"line 2: embed.base_url: an address like https://host/v1 is needed",
				"OPENAI_BASE_URL: no ? or # belongs here; keys come from the environment",
			}},
		{"no host", "chat: {base_url: 'http://:80/v1'}", nil, []string{"line 1: chat.base_url: an address like https://host/v1 is needed"}},
		{"too much", "ingest: {max_file_mb: 5000, max_pages: 1e9, seconds_per_file: 99999999999999999999}\nchat: {timeout: 25h}\n", nil, []string{
			`line 1: ingest.max_file_mb: a whole number from 1 to 4096 is needed, not "5000"`,
			`line 1: ingest.max_pages: a whole number from 1 to 100000 is needed, not "1e9"`,
			`line 1: ingest.seconds_per_file: a whole number from 1 to 86400 is needed`,
			`line 2: chat.timeout: a time like 90s or 2m is needed, at most 24h, not "25h"`,
		}},
		{"not a number", "retrieval: {vector_weight: NaN}\n", nil, []string{
			`line 1: retrieval.vector_weight: a number from 0 to 1 is needed, not "NaN"`}},
		{"a path", "ingest: {securities: ' '}\n", nil, []string{"line 1: ingest.securities: the path of a file is needed"}},
		{"names", "data: ''\nchat: {model: ' '}\nembed: {model: \"a\\nb\"}\n", nil, []string{
			"line 1: data: a folder is needed",
			"line 2: chat.model: a name of 1 to 200 characters is needed",
			"line 3: embed.model: a name of 1 to 200 characters is needed",
		}},
		{"twice", "data: a\nchat: {retries: 1}\ndata: b\n", nil, []string{"line 3: data: is set twice"}},
		{"Slack's secrets", "slack:\n  bot_token: " + canary + "\n  app_token: " + canary + "\n  signing_secret: " + canary + "\nchannels: {xoxb-1: {}}\n", []string{
			"SLACK_BOT_TOKEN=xapp-" + canary, "SLACK_APP_TOKEN=xapp-"}, []string{
			"line 2: slack.bot_token: secrets do not belong in a file; set SLACK_BOT_TOKEN in the environment",
			"line 3: slack.app_token: secrets do not belong in a file; set SLACK_APP_TOKEN in the environment",
			"line 4: slack.signing_secret: secrets do not belong in a file; set SLACK_SIGNING_SECRET in the environment",
			"line 5: channels.xoxb-1: is no channel ID like C0123ABCD (in Slack: the channel's details, at the bottom), nor default",
			"SLACK_BOT_TOKEN: holds an app-level token, which belongs in SLACK_APP_TOKEN (swapped?); a bot token begins with xoxb-",
			"SLACK_APP_TOKEN: an app-level token begins with xapp-",
		}},
		{"swapped tokens", "", []string{"SLACK_BOT_TOKEN=xapp-1", "SLACK_APP_TOKEN=xoxb-" + canary}, []string{
			"SLACK_BOT_TOKEN: holds an app-level token, which belongs in SLACK_APP_TOKEN (swapped?); a bot token begins with xoxb-",
			"SLACK_APP_TOKEN: holds a bot token, which belongs in SLACK_BOT_TOKEN (swapped?); an app-level token begins with xapp-",
		}},
		{"other tokens", "", []string{"SLACK_BOT_TOKEN=xoxp-" + canary, "SLACK_APP_TOKEN=" + canary}, []string{
			"SLACK_BOT_TOKEN: holds a user token; a bot token begins with xoxb-",
			"SLACK_APP_TOKEN: an app-level token begins with xapp-",
		}},
		{"lists", "serve:\n  watch:\n    - a\n    - [b]\n    - =c\n    - default=a\n    - d=\npublic: {a: b}\nchannels:\n  C1:\n    members: []\n    language: de\n  C2: {members: [ann, U1, U1]}\n", nil, []string{
			"line 4: serve.watch: must be a list of single values",
			"line 5: serve.watch: before the = stands a collection: a name of 1 to 64 letters, digits, - _ or . is needed",
			"line 6: serve.watch: names the same twice",
			"line 7: serve.watch: a folder is needed",
			"line 8: public: must be a list of single values",
			"line 11: channels.C1.members: an empty list would mean nobody; leave the setting out for everybody",
			`line 12: channels.C1.language: zh or en is needed, not "de"`,
			`line 13: channels.C2.members: a user ID like U0123ABCD is needed, not "ann"`,
			"line 13: channels.C2.members: names the same twice",
		}},
		{"collections", "serve: {watch: ['de sk=/tmp', ' desk=/tmp']}\npublic: ['a,b', x/y]\nchannels: {C1: {collections: [\"d\\tesk\", " + strings.Repeat("研", 65) + "]}}\n", nil, []string{
			`line 1: serve.watch: before the = stands a collection: a name of 1 to 64 letters, digits, - _ or . is needed, not "de sk"`,
			`line 1: serve.watch: before the = stands a collection: a name of 1 to 64 letters, digits, - _ or . is needed, not " desk"`,
			`line 2: public: a name of 1 to 64 letters, digits, - _ or . is needed, not "a,b"`,
			`line 2: public: a name of 1 to 64 letters, digits, - _ or . is needed, not "x/y"`,
			`line 3: channels.C1.collections: a name of 1 to 64 letters, digits, - _ or . is needed, not "d\tesk"`,
			`line 3: channels.C1.collections: a name of 1 to 64 letters, digits, - _ or . is needed`,
		}},
		{"channels", "channels:\n  ID: {every: true}\n  C1: {evry: true, every: yes, every: true}\n  C1: {}\n  C3: [x]\n", nil, []string{
			"line 2: channels.ID: is no channel ID like C0123ABCD (in Slack: the channel's details, at the bottom), nor default",
			"line 3: channels.C1.evry: is no setting",
			`line 3: channels.C1.every: true or false is needed, not "yes"`,
			"line 3: channels.C1.every: is set twice",
			"line 4: channels.C1: is set twice",
			"line 5: channels.C3: must hold settings, each as name: value",
		}},
		{"users and groups", "users:\n  C1: {collections: [a]}\n  U1: {collections: [a/b, a, a], every: true}\n  U1: {}\n  default: {}\ngroups:\n  U2: {collections: [a]}\n  S1: {collections: {a: b}}\n  S2: [a]\n", nil, []string{
			"line 2: users.C1: is no user ID like U0123ABCD (in Slack: the user's profile, under the three dots)",
			`line 3: users.U1.collections: a name of 1 to 64 letters, digits, - _ or . is needed, not "a/b"`,
			"line 3: users.U1.collections: names the same twice",
			"line 3: users.U1.every: is no setting",
			"line 4: users.U1: is set twice",
			"line 5: users.default: is no user ID like U0123ABCD (in Slack: the user's profile, under the three dots)",
			"line 7: groups.U2: is no user group ID like S0123ABCD (in Slack: the group's page, under the three dots)",
			"line 8: groups.S1.collections: must be a list of single values",
			"line 9: groups.S2: must hold settings, each as name: value",
		}},
		{"serving", "serve: {admin: localhost, http: ':70000', log: loud}\nslack: {workers: 0, queue: x}\nchat: {price_prompt: -1, price_completion: free}\n", nil, []string{
			`line 1: serve.admin: an address like 127.0.0.1:8090 or :8090 is needed, not "localhost"`,
			`line 1: serve.http: an address like 127.0.0.1:8090 or :8090 is needed, not ":70000"`,
			`line 1: serve.log: debug, info, warn or error is needed, not "loud"`,
			`line 2: slack.workers: a whole number from 1 to 256 is needed, not "0"`,
			`line 2: slack.queue: a whole number from 1 to 100000 is needed, not "x"`,
			`line 3: chat.price_prompt: a price from 0 to 1000000 is needed, not "-1"`,
			`line 3: chat.price_completion: a price from 0 to 1000000 is needed, not "free"`,
		}},
		{"aliases", "data: &a x\nchat: {model: *a}\n", nil, []string{"line 2: chat.model: must be a single value"}},
		{"dotted", "chat.retries: 3\n? [a]\n: b\n", nil, []string{
			"line 1: chat.retries: a setting's name is one word; sections are nested",
			"line 2: file: a setting's name is one word; sections are nested",
		}},
		{"a list", "- data\n", nil, []string{"line 1: file: must hold settings, each as name: value"}},
		{"a section that is none", "chat: gpt\n", nil, []string{"line 1: chat: must hold settings, each as name: value"}},
		{"two documents", "data: a\n---\ndata: b\n", nil, []string{"file: must hold one YAML document only"}},
		{"no YAML", "data: a\n chat: [\n", nil, []string{"file: line 2: mapping values are not allowed in this context"}},
		{"a tab", "serve:\n\tadmin: ':1'\n", nil, []string{"line 2: file: is indented by a tab; YAML wants blanks"}},
		{"a tab after blanks", "serve:\n  admin: ':1'\n  \thttp: ':2'\n", nil, []string{"line 3: file: is indented by a tab; YAML wants blanks"}},
		{"a tab in the first line", "\tserve:\n", nil, []string{"line 1: file: is indented by a tab; YAML wants blanks"}},
		{"an unknown anchor", "data: *" + canary + "\n", nil, []string{"file: unknown anchor"}},
		{"limits that contradict", "chat: {timeout: 10s}", nil, []string{
			"chat.first_token: must not be more than chat.timeout",
			"chat.between_tokens: must not be more than chat.timeout",
		}},
		{"an embedder without a server", "embed: {model: e}", nil, []string{
			"embed.model: needs a server: set embed.base_url, or OPENAI_API_KEY for OpenAI's own"}},
		{"a key for which server", "embed: {model: e}\nchat: {base_url: http://c}", []string{"OPENAI_EMBED_API_KEY=" + canary}, []string{
			"embed.base_url: must name the server that OPENAI_EMBED_API_KEY is for, as chat.base_url names another than OpenAI's"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := load([]byte(tt.file), "", env(tt.env...))
			if err == nil {
				t.Fatalf("no error, Config %+v", got)
			}
			if diff := cmp.Diff("settings:\n  "+strings.Join(tt.want, "\n  "), err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if !cmp.Equal(got, Config{}) {
				t.Errorf("a Config beside the error: %+v", got)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error holds the secret: %v", err)
			}
		})
	}
}

func TestLoadFile(t *testing.T) {
	if got, err := Load("", env()); err != nil || !cmp.Equal(got, defaults()) {
		t.Errorf("no file: %+v, %v; want the defaults", got, err)
	}
	dir := t.TempDir()
	big := filepath.Join(dir, "big.yaml")
	if err := os.WriteFile(big, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "missing.yaml"), dir, big} {
		if _, err := Load(path, env()); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Load(%s): %v, want an error that names it", path, err)
		}
	}
}

// Paths in the file are below the file's folder, the default data folder is
// below the working one, and absolute paths stay.
func TestLoadPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("etc", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		file string
		want []string // data, securities, folders
	}{
		{"{}", []string{"./data", ""}},
		{"data: ./data", []string{"etc/data", ""}},
		{"data: d\ningest: {securities: ../list.csv}\nserve: {watch: [in, desk=in/a]}", []string{"etc/d", "list.csv", "etc/in", "etc/in/a"}},
		{"data: /d\ningest: {securities: /list.csv}\nserve: {watch: desk=/in}", []string{"/d", "/list.csv", "/in"}},
	} {
		if err := os.WriteFile("etc/c.yaml", []byte(tt.file), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load("etc/c.yaml", env())
		got := []string{c.Data, c.Ingest.Securities}
		for _, w := range c.Serve.Watch {
			got = append(got, w.Folder)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s (-want +got): %v\n%s", tt.file, err, diff)
		}
	}
}

func TestChatEnabled(t *testing.T) {
	for _, tt := range []struct {
		env  []string
		want bool
	}{
		{nil, false},
		{[]string{"OPENAI_MODEL=m"}, false},
		{[]string{"OPENAI_EMBED_API_KEY=k"}, false},
		{[]string{"OPENAI_API_KEY=k"}, true},
		{[]string{"OPENAI_BASE_URL=http://h/v1"}, true},
	} {
		c, err := load(nil, "", env(tt.env...))
		if err != nil || c.Chat.Enabled() != tt.want || c.Embed.Remote() {
			t.Errorf("%v: enabled %v, remote embedder %v, %v; want %v, false", tt.env, c.Chat.Enabled(), c.Embed.Remote(), err, tt.want)
		}
	}
}

// The table in the README is made from Settings: what the struct's tags name
// must be what Settings names, in the same order.
func TestSettingsMatchStruct(t *testing.T) {
	var tags []string
	var walk func(t reflect.Type, prefix string)
	walk = func(t reflect.Type, prefix string) {
		for i := range t.NumField() {
			f := t.Field(i)
			tag := f.Tag.Get("yaml")
			switch {
			case tag == "-":
			case f.Type.Kind() == reflect.Struct:
				walk(f.Type, prefix+tag+".")
			case f.Type.Kind() == reflect.Map:
				walk(f.Type.Elem().Elem(), prefix+tag+".ID.")
			default:
				tags = append(tags, prefix+tag)
			}
		}
	}
	walk(reflect.TypeFor[Config](), "")
	var keys []string
	for _, s := range Settings() {
		if s.Key != "" {
			keys = append(keys, s.Key)
		}
		if s.Key == "" && s.Env == "" || s.Meaning == "" {
			t.Errorf("setting %+v: want a key or a variable, and a meaning", s)
		}
	}
	if diff := cmp.Diff(tags, keys); diff != "" {
		t.Errorf("keys (-struct +Settings):\n%s", diff)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("data: x\nchat:\n  timeout: 3m\nretrieval: {vector_weight: 0.3}\n", "http://h/v1")
	f.Add("\ufeff<<: *a\n? {}: [", "https://u:p@h")
	f.Add("channels:\n  C1: {members: [U1], every: true}\nserve: {watch: [a, b=c]}\n", "")
	f.Add("a: &a [*a, *a]\n---\n", "")
	f.Add("chat: !!binary x\nkey: {token: {}}\n", "\x00")
	f.Fuzz(func(t *testing.T, file, base string) {
		c, err := load([]byte(file), "", env("OPENAI_BASE_URL="+base, "OPENAI_API_KEY="+canary))
		if err != nil {
			if strings.Contains(err.Error(), canary) {
				t.Errorf("error holds the key: %v", err)
			}
			return
		}
		if c.Data == "" || c.Chat.Timeout <= 0 || c.Embed.Batch < 1 || c.Retrieval.Limit < 1 {
			t.Errorf("no error, but %+v", c)
		}
	})
}
