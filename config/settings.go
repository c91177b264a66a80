package config

import (
	"errors"
	"slices"
)

// Setting describes one setting for people.
type Setting struct {
	Key     string // path in the YAML file; empty: only in the environment
	Env     string // environment variable, which wins over the file; may be empty
	Default string // as one would write it; empty: not set
	Meaning string
}

// Settings returns all settings, in the order of the README's table.
func Settings() []Setting {
	var all []Setting
	for _, r := range rows(new(Config)) {
		all = append(all, r.Setting)
	}
	for _, r := range channelRows("channels.ID.", new(Channel)) {
		all = append(all, r.Setting)
	}
	for _, r := range slices.Concat(userRows("users.ID.", new(Grant)), groupRows("groups.ID.", new(Grant))) {
		all = append(all, r.Setting)
	}
	return all
}

// row is a setting and the one way to set it, for default, file and
// environment alike.
type row struct {
	Setting
	set  func(string) error
	list *values // of a setting that takes several values, as a YAML list; else nil
}

// entries makes the rows of a section that users name themselves, such as a
// channel.
type entries func(name string) ([]row, error)

// one is the row of a setting with a single value.
func one(key, env, def, meaning string, set func(string) error) row {
	return row{Setting{key, env, def, meaning}, set, nil}
}

// many is the row of a setting that takes a list with at least so many values.
func many[T comparable](key, def, meaning string, to *[]T, item func(*T) func(string) error, least int) row {
	set, all := list(to, item, least)
	return row{Setting{key, "", def, meaning}, set, all}
}

func rows(c *Config) []row { return slices.Concat(readRows(c), serveRows(c)) }

// readRows are the settings of reading reports and answering from them.
func readRows(c *Config) []row {
	return []row{
		one("data", "", "./data", "folder that holds everything reportbot keeps; relative to the settings file if it stands there, as every path in it", folder(&c.Data)),

		one("chat.base_url", "OPENAI_BASE_URL", "", "OpenAI-compatible server that writes answers, mostly ending in /v1; not set: OpenAI's own, if there is a key", baseURL(&c.Chat.BaseURL)),
		one("chat.model", "OPENAI_MODEL", "gpt-4o-mini", "model that writes answers", name(&c.Chat.Model)),
		one("", "OPENAI_API_KEY", "", "key for the chat server; local servers need none", secret(&c.Chat.Key)),
		one("chat.timeout", "", "120s", "limit for one answer with all retries", duration(&c.Chat.Timeout)),
		one("chat.first_token", "", "30s", "how long the first word may take", duration(&c.Chat.FirstToken)),
		one("chat.between_tokens", "", "20s", "how long the model may pause", duration(&c.Chat.BetweenTokens)),
		one("chat.retries", "", "3", "how often a failed call is tried again", number(&c.Chat.Retries, 0, 20)),
		one("chat.price_prompt", "", "0", "what 1,000 tokens sent to the model cost, in a currency of your choice; for the metrics of serve", price(&c.Chat.PricePrompt)),
		one("chat.price_completion", "", "0", "what 1,000 tokens of its answers cost", price(&c.Chat.PriceCompletion)),

		one("embed.model", "", Builtin, "what turns text into vectors: builtin, or a model on an OpenAI-compatible server", name(&c.Embed.Model)),
		one("embed.base_url", "", "", "server of that model; not set: the chat's server", baseURL(&c.Embed.BaseURL)),
		one("", "OPENAI_EMBED_API_KEY", "", "key for that server; not set: OPENAI_API_KEY, if it is the chat's server", secret(&c.Embed.Key)),
		one("embed.batch", "", "64", "texts sent at once", number(&c.Embed.Batch, 1, 2048)),
		one("embed.timeout", "", "60s", "limit for one batch with all retries", duration(&c.Embed.Timeout)),

		one("ingest.max_file_mb", "", "64", "larger files are refused (MiB)", number(&c.Ingest.MaxFileMB, 1, 4096)),
		one("ingest.max_pages", "", "2000", "longer reports are refused", number(&c.Ingest.MaxPages, 1, 100_000)),
		one("ingest.seconds_per_file", "", "120", "how long reading one file may take", number(&c.Ingest.SecondsPerFile, 1, 24*60*60)),
		one("ingest.securities", "", "", "your list of securities, a CSV file with the columns code, name, aliases (parted by a vertical bar), market; not set: the shipped list of some 900", path(&c.Ingest.Securities)),
		one("ingest.poll", "", "2s", "how often ingest --watch looks at its folders, besides when the file system gives notice", duration(&c.Ingest.Poll)),

		one("answer.max_units", "", "4", "sentences or table rows in an answer without a model", number(&c.Answer.MaxUnits, 1, 50)),
		one("answer.max_chars", "", "600", "characters in an answer without a model", number(&c.Answer.MaxChars, 50, 20_000)),
		one("answer.quote_chars", "", "400", "most characters of one quote; a longer one is cut where a sentence, row or clause ends. Of 5,441 sentences and rows of real and sample reports none is longer than 394", number(&c.Answer.QuoteChars, 40, 20_000)),
		one("answer.report_chars", "", "2000", "most characters of one report that the quotes of one answer, or one look at its passages, show", number(&c.Answer.ReportChars, 40, 1_000_000)),
		one("answer.notice_zh", "", "内容摘自研报，不构成投资建议。", "line under every answer in Chinese that shows what reports say; \"\" for none", line(&c.Answer.NoticeZh)),
		one("answer.notice_en", "", "Drawn from broker reports; not investment advice.", "the same under answers in English", line(&c.Answer.NoticeEn)),
		one("answer.refuse.off_topic", "", "0.23", "share of a question's words that one passage must hold, or it is off topic; rare words weigh more, 0 switches the rule off", share(&c.Answer.Refuse.OffTopic)),
		one("answer.refuse.off_asked", "", "0.31", "the same, where nothing else speaks against an answer", share(&c.Answer.Refuse.OffAsked)),
		one("answer.refuse.cover", "", "0.25", "share that one sentence or row must hold", share(&c.Answer.Refuse.Cover)),
		one("answer.refuse.value", "", "0.33", "share that one with a value of the kind asked for must hold", share(&c.Answer.Refuse.Value)),
		one("answer.refuse.cued", "", "0.37", "the same for what reports say in other words than one asks, such as a pledgee", share(&c.Answer.Refuse.Cued)),

		one("retrieval.limit", "", "8", "passages an answer is drawn from", number(&c.Retrieval.Limit, 1, 100)),
		one("retrieval.vector_weight", "", "", "share of the vectors beside the words, 0 to 1; not set: 0 with builtin, 0.3 with a real embedder", weight(&c.Retrieval.VectorWeight)),
	}
}

// serveRows are the settings of serve.
func serveRows(c *Config) []row {
	return []row{
		one("slack.api_url", "SLACK_API_URL", "", "Web API that serve talks to; not set: Slack's own", baseURL(&c.Slack.APIURL)),
		one("", "SLACK_BOT_TOKEN", "", "the app's bot token, xoxb-…; serve needs it", token(&c.Slack.BotToken, "xoxb-", "SLACK_APP_TOKEN")),
		one("", "SLACK_APP_TOKEN", "", "the app-level token, xapp-…: serve connects to Slack by Socket Mode, no open port needed", token(&c.Slack.AppToken, "xapp-", "SLACK_BOT_TOKEN")),
		one("", "SLACK_SIGNING_SECRET", "", "without an app-level token: Slack calls serve.http, and this proves that it is Slack", secret(&c.Slack.SigningSecret)),
		one("slack.workers", "", "8", "questions answered at once", number(&c.Slack.Workers, 1, 256)),
		one("slack.queue", "", "500", "questions that may wait; beyond that the asker is told to come back", number(&c.Slack.Queue, 1, 100_000)),

		one("limits.user", "", "20", "questions a minute that one user may ask, and as many at once; 0: any number", number(&c.Limits.User, 0, 1_000_000)),
		one("limits.channel", "", "60", "the same for all of a channel", number(&c.Limits.Channel, 0, 1_000_000)),
		one("limits.workspace", "", "300", "the same for everybody", number(&c.Limits.Workspace, 0, 1_000_000)),
		one("limits.tokens_per_day", "", "0", "tokens that the model of serve may be sent and say from midnight to midnight by the machine's clock; then reports are quoted until the next day; 0: any number", number(&c.Limits.TokensPerDay, 0, 1_000_000_000_000)),

		one("audit.years", "", "5", "years after which it is forgotten what was shown to whom (reportbot audit); 0: never", number(&c.Audit.Years, 0, 100)),

		one("serve.admin", "REPORTBOT_ADMIN", "127.0.0.1:8090", "where serve shows /healthz, /readyz and /metrics; it tells no secrets, but keep it inside; in a container :8090 lets others in", address(&c.Serve.Admin)),
		one("serve.http", "REPORTBOT_HTTP", "127.0.0.1:3000", "where serve listens for Slack without an app-level token: /slack/events, /slack/commands, /slack/interactive", address(&c.Serve.HTTP)),
		many("serve.watch", "", "list of folders whose reports serve takes in and follows, each as folder (for the collection default) or collection=folder", &c.Serve.Watch, watch, 0),
		one("serve.log", "", "info", "what serve logs: debug (may hold questions), info, warn, error", level(&c.Serve.Log)),

		one("digest.empty", "", "false", "send a line when there is nothing new for a digest; else it is left out", boolean(&c.Digest.Empty)),
		one("digest.model_reports", "", "20", "how many reports of one digest the model, if there is one, sums up, each once for all channels; the others are quoted, all of them with 0", number(&c.Digest.ModelReports, 0, 1000)),

		many("public", "default", "list of collections that everybody in Slack may ask about; [] for none", &c.Public, collection, 0),
	}
}

// channelRows are the settings of one channel, their keys beginning with
// prefix.
func channelRows(prefix string, c *Channel) []row {
	return []row{
		many(prefix+"collections", "", "list of collections that this channel may ask about besides the public ones; ID is a channel's ID like C0123ABCD, or default for direct messages and channels not listed", &c.Collections, collection, 0),
		one(prefix+"every", "", "false", "answer every question in the channel, not mentions alone", boolean(&c.Every)),
		one(prefix+"in_channel", "", "false", "answer in the channel instead of a thread", boolean(&c.InChannel)),
		one(prefix+"follow_ups", "", "true", "answer in threads it answered in before, without a mention", boolean(&c.FollowUps)),
		one(prefix+"language", "", "", "language of all answers, zh or en; not set: the question's", language(&c.Language)),
		many(prefix+"members", "", "list of the IDs of the users who may ask here; not set: everybody", &c.Members, user, 1),
		one(prefix+"external", "", "false", "answer also where the channel is shared with another organisation (Slack Connect); of the others nothing is answered there", boolean(&c.External)),
		many(prefix+"digest", "", "list of digests of new reports that this channel gets, each in the words of /digest subscribe: weekdays 08:30 Asia/Shanghai 300750.SZ", &c.Digest, name, 0),
		many(prefix+"digest_managers", "", "list of the IDs of the users who may change this channel's digests with /digest; not set: all who may ask here", &c.DigestManagers, user, 1),
	}
}

// OtherChannels names the entry of Channels for direct messages and for
// channels that have none of their own.
const OtherChannels = "default"

// channels adds a channel to c and returns its rows, set to the defaults.
func channels(c *Config) entries {
	return func(id string) ([]row, error) {
		if id != OtherChannels && !isID(id, "CGD") {
			return nil, errors.New("is no channel ID like C0123ABCD (in Slack: the channel's details, at the bottom), nor default")
		}
		ch := c.Channels[id]
		if ch == nil {
			ch = &Channel{}
			c.Channels[id] = ch
		}
		rows := channelRows("channels."+id+".", ch)
		setDefaults(rows)
		return rows, nil
	}
}

// userRows are the settings of one user.
func userRows(prefix string, g *Grant) []row {
	return []row{many(prefix+"collections", "", "list of collections that this user may ask about besides the public ones, in direct messages and in answers that nobody else sees; ID is a user's ID like U0123ABCD", &g.Collections, collection, 0)}
}

// groupRows are the settings of one user group.
func groupRows(prefix string, g *Grant) []row {
	return []row{many(prefix+"collections", "", "the same for every member of a Slack user group, whose ID is like S0123ABCD; who is in it is asked of Slack", &g.Collections, collection, 0)}
}

// granted adds somebody to all and returns the rows; problem is said of an ID
// that begins with none of the letters.
func granted(all map[string]*Grant, letters, problem, prefix string, rows func(string, *Grant) []row) entries {
	return func(id string) ([]row, error) {
		if !isID(id, letters) {
			return nil, errors.New(problem)
		}
		if all[id] == nil {
			all[id] = &Grant{}
		}
		out := rows(prefix+id+".", all[id])
		setDefaults(out)
		return out, nil
	}
}

// sections are those whose entries users name.
func sections(c *Config) map[string]entries {
	return map[string]entries{
		"channels": channels(c),
		"users":    granted(c.Users, "UW", "is no user ID like U0123ABCD (in Slack: the user's profile, under the three dots)", "users.", userRows),
		"groups":   granted(c.Groups, "S", "is no user group ID like S0123ABCD (in Slack: the group's page, under the three dots)", "groups.", groupRows),
	}
}

// setDefaults sets every row to what it is when nobody sets it.
func setDefaults(rows []row) {
	for _, r := range rows {
		if r.Default == "" {
			continue
		}
		if err := r.set(r.Default); err != nil {
			panic("unreachable: a default that the tests refuse: " + r.Key)
		}
	}
}
