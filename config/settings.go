package config

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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
	return all
}

// row is a setting and the one way to set it, for default, file and
// environment alike.
type row struct {
	Setting
	set func(string) error
}

func rows(c *Config) []row {
	return []row{
		{Setting{"data", "", "./data", "folder that holds everything reportbot keeps"}, folder(&c.Data)},

		{Setting{"chat.base_url", "OPENAI_BASE_URL", "", "OpenAI-compatible server that writes answers, mostly ending in /v1; not set: OpenAI's own, if there is a key"}, baseURL(&c.Chat.BaseURL)},
		{Setting{"chat.model", "OPENAI_MODEL", "gpt-4o-mini", "model that writes answers"}, name(&c.Chat.Model)},
		{Setting{"", "OPENAI_API_KEY", "", "key for the chat server; local servers need none"}, secret(&c.Chat.Key)},
		{Setting{"chat.timeout", "", "120s", "limit for one answer with all retries"}, duration(&c.Chat.Timeout)},
		{Setting{"chat.first_token", "", "30s", "how long the first word may take"}, duration(&c.Chat.FirstToken)},
		{Setting{"chat.between_tokens", "", "20s", "how long the model may pause"}, duration(&c.Chat.BetweenTokens)},
		{Setting{"chat.retries", "", "3", "how often a failed call is tried again"}, number(&c.Chat.Retries, 0, 20)},

		{Setting{"embed.model", "", Builtin, "what turns text into vectors: builtin, or a model on an OpenAI-compatible server"}, name(&c.Embed.Model)},
		{Setting{"embed.base_url", "", "", "server of that model; not set: the chat's server"}, baseURL(&c.Embed.BaseURL)},
		{Setting{"", "OPENAI_EMBED_API_KEY", "", "key for that server; not set: OPENAI_API_KEY, if it is the chat's server"}, secret(&c.Embed.Key)},
		{Setting{"embed.batch", "", "64", "texts sent at once"}, number(&c.Embed.Batch, 1, 2048)},
		{Setting{"embed.timeout", "", "60s", "limit for one batch with all retries"}, duration(&c.Embed.Timeout)},

		{Setting{"ingest.max_file_mb", "", "64", "larger files are refused (MiB)"}, number(&c.Ingest.MaxFileMB, 1, 4096)},
		{Setting{"ingest.max_pages", "", "2000", "longer reports are refused"}, number(&c.Ingest.MaxPages, 1, 100_000)},
		{Setting{"ingest.seconds_per_file", "", "120", "how long reading one file may take"}, number(&c.Ingest.SecondsPerFile, 1, 24*60*60)},
		{Setting{"ingest.securities", "", "", "your list of securities, a CSV file with the columns code, name, aliases (parted by a vertical bar), market; not set: the shipped list of some 900"}, path(&c.Ingest.Securities)},
		{Setting{"ingest.poll", "", "2s", "how often ingest --watch looks at its folders, besides when the file system gives notice"}, duration(&c.Ingest.Poll)},

		{Setting{"answer.max_units", "", "4", "sentences or table rows in an answer without a model"}, number(&c.Answer.MaxUnits, 1, 50)},
		{Setting{"answer.max_chars", "", "600", "characters in an answer without a model"}, number(&c.Answer.MaxChars, 50, 20_000)},
		{Setting{"answer.refuse.off_topic", "", "0.23", "share of a question's words that one passage must hold, or it is off topic; rare words weigh more, 0 switches the rule off"}, share(&c.Answer.Refuse.OffTopic)},
		{Setting{"answer.refuse.off_asked", "", "0.31", "the same, where nothing else speaks against an answer"}, share(&c.Answer.Refuse.OffAsked)},
		{Setting{"answer.refuse.cover", "", "0.25", "share that one sentence or row must hold"}, share(&c.Answer.Refuse.Cover)},
		{Setting{"answer.refuse.value", "", "0.33", "share that one with a value of the kind asked for must hold"}, share(&c.Answer.Refuse.Value)},
		{Setting{"answer.refuse.cued", "", "0.37", "the same for what reports say in other words than one asks, such as a pledgee"}, share(&c.Answer.Refuse.Cued)},

		{Setting{"retrieval.limit", "", "8", "passages an answer is drawn from"}, number(&c.Retrieval.Limit, 1, 100)},
		{Setting{"retrieval.vector_weight", "", "", "share of the vectors beside the words, 0 to 1; not set: 0 with builtin, 0.3 with a real embedder"}, weight(&c.Retrieval.VectorWeight)},
	}
}

func folder(to *string) func(string) error {
	return func(v string) error {
		if strings.TrimSpace(v) == "" || strings.ContainsRune(v, 0) {
			return errors.New("a folder is needed")
		}
		*to = v
		return nil
	}
}

func path(to *string) func(string) error {
	return func(v string) error {
		if strings.TrimSpace(v) == "" || strings.ContainsRune(v, 0) {
			return errors.New("the path of a file is needed")
		}
		*to = v
		return nil
	}
}

// name takes what a model may be called.
func name(to *string) func(string) error {
	return func(v string) error {
		v = strings.TrimSpace(v)
		if v == "" || utf8.RuneCountInString(v) > 200 || strings.ContainsFunc(v, unicode.IsControl) {
			return errors.New("a name of 1 to 200 characters is needed")
		}
		*to = v
		return nil
	}
}

// baseURL says what is wrong without the URL, which may hold a password.
func baseURL(to *string) func(string) error {
	return func(v string) error {
		v = strings.TrimRight(strings.TrimSpace(v), "/")
		u, err := url.Parse(v)
		switch {
		case v == "":
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
			return errors.New("an address like https://host/v1 is needed")
		case u.User != nil:
			return errors.New("no user or password belongs here; keys come from the environment")
		case strings.ContainsAny(v, "?#"):
			return errors.New("no ? or # belongs here; keys come from the environment")
		}
		*to = v
		return nil
	}
}

func secret(to *Secret) func(string) error {
	return func(v string) error {
		v = strings.TrimSpace(v)
		if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return errors.New("a key has no blanks, control or non-ASCII characters")
		}
		*to = NewSecret(v)
		return nil
	}
}

// duration takes up to a day: a limit beyond that is none.
func duration(to *time.Duration) func(string) error {
	return func(v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d < time.Millisecond || d > 24*time.Hour {
			return fmt.Errorf("a time like 90s or 2m is needed, at most 24h%s", not(v))
		}
		*to = d
		return nil
	}
}

func number(to *int, least, most int) func(string) error {
	return func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return fmt.Errorf("a whole number from %d to %d is needed%s", least, most, not(v))
		}
		*to = n
		return nil
	}
}

func weight(to **float64) func(string) error {
	return func(v string) error {
		var w float64
		if err := share(&w)(v); err != nil {
			return err
		}
		*to = &w
		return nil
	}
}

func share(to *float64) func(string) error {
	return func(v string) error {
		w, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(w) || w < 0 || w > 1 {
			return fmt.Errorf("a number from 0 to 1 is needed%s", not(v))
		}
		*to = w
		return nil
	}
}

// not quotes a wrong value, unless it is so long that it may be a key that
// slipped into the wrong line.
func not(v string) string {
	if v == "" || len(v) > 12 {
		return ""
	}
	return ", not " + strconv.Quote(v)
}
