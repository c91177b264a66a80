package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"reportbot/bot"
	"reportbot/config"
)

// atRest is how long a settings file must stay as it is before it is believed:
// one that is being written may be valid half way, and say that more may be
// seen than the whole of it.
const atRest = 50 * time.Millisecond

// access knows who may see what, by the settings file as it is now: what it
// says of public, channels, users and groups holds from the next question on.
// All else in it needs a restart. A file that cannot be read or is not valid
// changes nothing: what was said last stays. It is safe for concurrent use.
type access struct {
	load func() (config.Config, error)
	path string // "": there is no file, and nothing changes
	log  *slog.Logger

	mu     sync.Mutex
	was    config.Config // at the start
	now    bot.Settings
	seen   fs.FileInfo // the file as it was read last
	broken string      // what was said of it
}

// newAccess begins with the settings of the start.
func newAccess(path string, cfg config.Config, load func() (config.Config, error), log *slog.Logger) *access {
	return &access{path: path, load: load, log: log, was: cfg, now: places(cfg)}
}

// settings are those that hold now. It costs a look at the file's size, time
// and identity.
func (a *access) settings() bot.Settings {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.path == "" {
		return a.now
	}
	info, err := os.Stat(a.path)
	if err == nil && unchanged(a.seen, info) {
		return a.now
	}
	var cfg config.Config
	if err == nil {
		cfg, info, err = a.read(info)
	}
	if err != nil {
		a.complain(err)
	} else {
		a.take(cfg)
	}
	a.seen = info
	return a.now
}

// read loads the file, once it is at rest. info is how it was when it was
// loaded.
func (a *access) read(info fs.FileInfo) (config.Config, fs.FileInfo, error) {
	for range 20 { // it is written for a second: then it is looked at again with the next question
		cfg, bad := a.load()
		time.Sleep(atRest)
		again, err := os.Stat(a.path)
		if err != nil {
			return cfg, nil, err
		}
		if unchanged(info, again) {
			return cfg, info, bad
		}
		info = again
	}
	return config.Config{}, nil, errors.New(a.path + " is being written all the time")
}

// unchanged reports whether a file is as it was.
func unchanged(was, is fs.FileInfo) bool {
	return was != nil && is != nil && os.SameFile(was, is) && was.Size() == is.Size() && was.ModTime().Equal(is.ModTime())
}

// complain logs what is wrong with the file, once for each thing.
func (a *access) complain(err error) {
	if said := oneLine(err); said != a.broken {
		a.broken = said
		a.log.Error("settings not read again; who may see what stays as it was", "error", said)
	}
}

// take heeds what the file says of who may see what.
func (a *access) take(cfg config.Config) {
	now := places(cfg)
	if a.broken != "" || !reflect.DeepEqual(now, a.now) {
		a.log.Info("settings read again; who may see what is as they say")
	}
	a.broken = ""
	if rest := differing(a.was, cfg); len(rest) > 0 {
		a.log.Warn("settings changed that need a restart", "settings", strings.Join(rest, ", "))
	}
	a.now = now
}

// differing names the sections in which two settings differ, besides those
// that are heeded at once.
func differing(x, y config.Config) []string {
	var out []string
	vx, vy := reflect.ValueOf(x), reflect.ValueOf(y)
	for i := range vx.NumField() {
		switch name := vx.Type().Field(i).Tag.Get("yaml"); name {
		case "public", "users", "groups":
		case "channels":
			if !reflect.DeepEqual(digestsOf(x), digestsOf(y)) {
				out = append(out, "channels.ID.digest")
			}
		default:
			if !reflect.DeepEqual(vx.Field(i).Interface(), vy.Field(i).Interface()) {
				out = append(out, name)
			}
		}
	}
	return out
}

// digestsOf are the digests of channels, which are subscribed to at the start.
func digestsOf(c config.Config) map[string][]string {
	out := map[string][]string{}
	for id, ch := range c.Channels {
		if len(ch.Digest) > 0 {
			out[id] = ch.Digest
		}
	}
	return out
}
