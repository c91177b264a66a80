package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFile bounds the settings file; ours has some dozens of lines.
const maxFile = 1 << 20

// openAI is the server that an empty base URL means.
const openAI = "https://api.openai.com/v1"

// Load reads the settings from the YAML file at path, if one is named, and from
// the environment, which wins; a variable set to nothing counts as not set.
// Everything wrong is in the one error, a line each with the key, and where it
// is known the line of the file; the Config is then zero.
//
// Folders and files that the file names are below the file's own folder unless
// they are absolute, so that it means the same from wherever it is read.
func Load(path string, getenv func(string) string) (Config, error) {
	var file []byte
	if path != "" {
		var err error
		if file, err = read(path); err != nil {
			return Config{}, fmt.Errorf("settings: %w", err)
		}
	}
	return load(file, filepath.Dir(path), getenv)
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, maxFile)
	}
	return b, nil
}

// load reads a file that lies in dir.
func load(file []byte, dir string, getenv func(string) string) (Config, error) {
	var c Config
	c.Channels, c.Users, c.Groups = map[string]*Channel{}, map[string]*Grant{}, map[string]*Grant{}
	l := loader{rows: rows(&c), named: sections(&c), given: map[string]bool{}}
	setDefaults(l.rows)
	if _, err := l.named["channels"](OtherChannels); err != nil {
		panic("unreachable: " + OtherChannels + " is always a channel's name")
	}
	l.file(file)
	l.rebase(&c, dir)
	for _, r := range l.rows {
		if r.Env == "" {
			continue
		}
		if v := getenv(r.Env); v != "" {
			if err := r.set(v); err != nil {
				l.wrong(0, r.Env, err.Error())
			}
		}
	}
	if len(l.problems) == 0 { // else these could follow from those
		l.together(&c)
	}
	if len(l.problems) > 0 {
		return Config{}, errors.New("settings:\n  " + strings.Join(l.problems, "\n  "))
	}
	return c, nil
}

// rebase puts the paths that the file gave below the file's folder. The
// environment gives none.
func (l *loader) rebase(c *Config, dir string) {
	below := func(path *string) {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(dir, *path)
		}
	}
	if l.given["data"] { // else it is the default, below the working folder
		below(&c.Data)
	}
	below(&c.Ingest.Securities)
	for i := range c.Serve.Watch {
		below(&c.Serve.Watch[i].Folder)
	}
}

// together settles and checks what depends on more than one setting.
func (l *loader) together(c *Config) {
	if c.Chat.FirstToken > c.Chat.Timeout {
		l.wrong(0, "chat.first_token", "must not be more than chat.timeout")
	}
	if c.Chat.BetweenTokens > c.Chat.Timeout {
		l.wrong(0, "chat.between_tokens", "must not be more than chat.timeout")
	}
	if ch := c.Channels[OtherChannels]; ch != nil && len(ch.Digest) > 0 {
		l.wrong(0, "channels.default.digest", "a digest goes to one channel; put it under that channel's ID")
	}
	e := &c.Embed
	if !e.Remote() {
		return
	}
	if e.BaseURL == "" && e.Key.Reveal() != "" && server(c.Chat.BaseURL) != openAI {
		// To guess either server could hand the key to a stranger.
		l.wrong(0, "embed.base_url", "must name the server that OPENAI_EMBED_API_KEY is for, as chat.base_url names another than OpenAI's")
		return
	}
	if e.BaseURL == "" {
		e.BaseURL = c.Chat.BaseURL
	}
	if e.Key.Reveal() == "" && server(e.BaseURL) == server(c.Chat.BaseURL) {
		e.Key = c.Chat.Key
	}
	if e.Key.Reveal() == "" && e.BaseURL == "" {
		l.wrong(0, "embed.model", "needs a server: set embed.base_url, or OPENAI_API_KEY for OpenAI's own")
	}
}

func server(base string) string {
	if base == "" {
		return openAI
	}
	return base
}
