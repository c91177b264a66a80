// Package config reads the settings: defaults, over them a YAML file, over
// that the environment. What comes out is checked as a whole, or one error
// lists all that is wrong. Secrets come from the environment alone and do not
// print. Nothing but cmd reads settings; other packages get plain options.
package config

import (
	"log/slog"
	"time"
)

// Builtin is the embed.model that needs no server.
const Builtin = "builtin"

// Config is all settings, checked. Settings describes each.
type Config struct {
	// Data is the folder that holds everything reportbot keeps.
	Data string `yaml:"data"`
	// Chat is the model that writes answers, if any.
	Chat Chat `yaml:"chat"`
	// Embed is what turns text into vectors.
	Embed Embed `yaml:"embed"`
	// Ingest bounds what one report may cost, and names what helps to read it.
	Ingest Ingest `yaml:"ingest"`
	// Answer bounds the answers written without a model.
	Answer Answer `yaml:"answer"`
	// Retrieval is how passages are found.
	Retrieval Retrieval `yaml:"retrieval"`
	// Slack is how Slack is reached.
	Slack Slack `yaml:"slack"`
	// Limits are how much is asked of serve at most.
	Limits Limits `yaml:"limits"`
	// Audit is how long it is kept what was shown to whom.
	Audit Audit `yaml:"audit"`
	// Serve is how the one process that runs all is run.
	Serve Serve `yaml:"serve"`
	// Digest is how digests of new reports are sent.
	Digest Digest `yaml:"digest"`
	// Public are the collections everybody in Slack may ask about.
	Public []string `yaml:"public"`
	// Channels holds what is special about channels, by ID. The entry
	// OtherChannels is always there: for direct messages and all others.
	Channels map[string]*Channel `yaml:"channels"`
	// Users are granted more by their IDs, where nobody else reads the answer.
	Users map[string]*Grant `yaml:"users"`
	// Groups grant it to all members of a Slack user group, by its ID.
	Groups map[string]*Grant `yaml:"groups"`
}

// Grant is what somebody may see besides what the place lets everybody see: in
// direct messages and in what is shown to one person alone.
type Grant struct {
	// Collections are those granted.
	Collections []string `yaml:"collections"`
}

// Chat is the model that writes answers; see Enabled.
type Chat struct {
	// BaseURL is everything before /chat/completions, mostly with /v1; empty
	// means OpenAI's own.
	BaseURL string `yaml:"base_url"`
	// Model is the model's name on that server.
	Model string `yaml:"model"`
	// Timeout is for one whole answer with all retries.
	Timeout time.Duration `yaml:"timeout"`
	// FirstToken is how long the first word may take.
	FirstToken time.Duration `yaml:"first_token"`
	// BetweenTokens is how long the model may pause.
	BetweenTokens time.Duration `yaml:"between_tokens"`
	// Retries is how often a failed call is tried again.
	Retries int `yaml:"retries"`
	// PricePrompt is what 1,000 tokens of prompts cost; 0 where it is unknown.
	PricePrompt float64 `yaml:"price_prompt"`
	// PriceCompletion is what 1,000 tokens of answers cost.
	PriceCompletion float64 `yaml:"price_completion"`
	// Key is OPENAI_API_KEY; a local server needs none.
	Key Secret `yaml:"-"`
}

// Enabled tells whether there is a model to ask: a base URL or a key is set.
// Without one, answers are put together from the reports' own sentences.
func (c Chat) Enabled() bool { return c.BaseURL != "" || c.Key.Reveal() != "" }

// Cost is what so many tokens cost.
func (c Chat) Cost(prompt, completion int) float64 {
	return (float64(prompt)*c.PricePrompt + float64(completion)*c.PriceCompletion) / 1000
}

// Embed is what turns text into vectors. A key alone never changes it.
type Embed struct {
	// Model is Builtin, or a model's name on an OpenAI-compatible server.
	Model string `yaml:"model"`
	// BaseURL is everything before /embeddings. Where a server is needed and
	// none is set, Load puts Chat.BaseURL here: the same server.
	BaseURL string `yaml:"base_url"`
	// Batch is how many texts are sent at once.
	Batch int `yaml:"batch"`
	// Timeout is for one batch with all retries.
	Timeout time.Duration `yaml:"timeout"`
	// Key is OPENAI_EMBED_API_KEY, or the chat's key where both ask the same
	// server.
	Key Secret `yaml:"-"`
}

// Remote tells whether vectors come from a server.
func (e Embed) Remote() bool { return e.Model != Builtin }

// Ingest bounds what one report may cost, and names what helps to read it.
type Ingest struct {
	// MaxFileMB is the size in MiB above which a file is refused.
	MaxFileMB int `yaml:"max_file_mb"`
	// MaxPages is the number of pages above which a report is refused.
	MaxPages int `yaml:"max_pages"`
	// SecondsPerFile is how long reading one file may take.
	SecondsPerFile int `yaml:"seconds_per_file"`
	// Securities is the path of a list of securities in CSV; empty means that
	// the shipped one and what the reports say must do.
	Securities string `yaml:"securities"`
	// Poll is how often watched folders are looked at, besides when the file
	// system gives notice.
	Poll time.Duration `yaml:"poll"`
}

// Answer bounds the answers written without a model and the words of reports
// that are shown, and says what stands under all answers.
type Answer struct {
	// MaxUnits is how many sentences or table rows an answer quotes.
	MaxUnits int `yaml:"max_units"`
	// MaxChars is how many characters an answer has.
	MaxChars int `yaml:"max_chars"`
	// QuoteChars is the most characters of one quote.
	QuoteChars int `yaml:"quote_chars"`
	// ReportChars is the most characters of one report in the quotes of one
	// answer, or in one look at its passages.
	ReportChars int `yaml:"report_chars"`
	// NoticeZh is the line under every answer in Chinese; empty means none.
	NoticeZh string `yaml:"notice_zh"`
	// NoticeEn is the same in English.
	NoticeEn string `yaml:"notice_en"`
	// Refuse is below which shares of a question it is refused.
	Refuse Refuse `yaml:"refuse"`
}

// Refuse are shares of a question's words, weighted by how rare they are, from
// 0, which switches a rule off, to 1.
type Refuse struct {
	// OffTopic is what the best passage must hold.
	OffTopic float64 `yaml:"off_topic"`
	// OffAsked is the same where nothing else speaks against an answer.
	OffAsked float64 `yaml:"off_asked"`
	// Cover is what the best sentence or row must hold.
	Cover float64 `yaml:"cover"`
	// Value is what the best one with a value of the asked kind must hold.
	Value float64 `yaml:"value"`
	// Cued is the same for what reports say in other words than one asks.
	Cued float64 `yaml:"cued"`
}

// Retrieval is how passages are found.
type Retrieval struct {
	// Limit is how many passages an answer is drawn from.
	Limit int `yaml:"limit"`
	// VectorWeight is the share of the vectors beside the words, 0 to 1; nil
	// means the shipped default, which goes with the embedder.
	VectorWeight *float64 `yaml:"vector_weight"`
}

// Slack is how Slack is reached: by Socket Mode where there is an app-level
// token, else by HTTP.
type Slack struct {
	// APIURL is the base of the Web API; empty means Slack's own.
	APIURL string `yaml:"api_url"`
	// BotToken is SLACK_BOT_TOKEN.
	BotToken Secret `yaml:"-"`
	// AppToken is SLACK_APP_TOKEN.
	AppToken Secret `yaml:"-"`
	// SigningSecret is SLACK_SIGNING_SECRET.
	SigningSecret Secret `yaml:"-"`
	// Workers is how many questions are answered at once.
	Workers int `yaml:"workers"`
	// Queue is how many may wait.
	Queue int `yaml:"queue"`
}

// Limits are how many questions a minute are taken, and what a day of them
// may cost; 0 means any number.
type Limits struct {
	// User is how many of one user.
	User int `yaml:"user"`
	// Channel is how many of all in a channel.
	Channel int `yaml:"channel"`
	// Workspace is how many of everybody.
	Workspace int `yaml:"workspace"`
	// TokensPerDay is how many tokens a model may be sent and say from midnight
	// to midnight by the machine's clock; 0 means any number.
	TokensPerDay int `yaml:"tokens_per_day"`
}

// Audit is how long it is kept what was shown to whom.
type Audit struct {
	// Years is after how many a record is forgotten; 0 means never.
	Years int `yaml:"years"`
}

// Serve is how the one process that runs all is run.
type Serve struct {
	// Admin is the address of /healthz, /readyz and /metrics.
	Admin string `yaml:"admin"`
	// HTTP is the address that Slack calls without an app-level token.
	HTTP string `yaml:"http"`
	// Watch are the folders whose reports are kept in step.
	Watch []Watch `yaml:"watch"`
	// Log is the least level that is logged.
	Log slog.Level `yaml:"log"`
}

// Digest is how digests of new reports are sent.
type Digest struct {
	// Empty asks for a line when there is nothing new.
	Empty bool `yaml:"empty"`
	// ModelReports is how many reports of one digest the model may be asked to
	// sum up; 0 means none.
	ModelReports int `yaml:"model_reports"`
}

// Channel is what is special about a channel.
type Channel struct {
	// Collections are those it may ask about besides the public ones.
	Collections []string `yaml:"collections"`
	// Every asks to answer every question, not mentions alone.
	Every bool `yaml:"every"`
	// InChannel asks to answer in the channel instead of a thread.
	InChannel bool `yaml:"in_channel"`
	// FollowUps asks to answer in threads it answered in before, without a
	// mention.
	FollowUps bool `yaml:"follow_ups"`
	// Language is zh or en for all answers, or empty.
	Language string `yaml:"language"`
	// Members are the IDs of the users who may ask; empty means everybody.
	Members []string `yaml:"members"`
	// External allows answers though another organisation reads the channel.
	External bool `yaml:"external"`
	// Digest are the digests it gets, each in the words of /digest subscribe.
	Digest []string `yaml:"digest"`
	// DigestManagers are the IDs of the users who may change what digests it
	// gets; empty means all who may ask.
	DigestManagers []string `yaml:"digest_managers"`
}
