package config

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What a value may be: each function returns the setter of a row, whose error
// says what is needed and never repeats what may be a secret.

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

// line takes a line of text to be shown, or none.
func line(to *string) func(string) error {
	return func(v string) error {
		v = strings.TrimSpace(v)
		if utf8.RuneCountInString(v) > 300 || strings.ContainsFunc(v, unicode.IsControl) {
			return errors.New("one line of at most 300 characters is needed, or \"\" for none")
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

// tokens are the kinds of Slack's tokens that people mix up, by what they begin
// with.
var tokens = map[string]string{
	"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token", "xoxe.": "a token to configure apps with",
}

// token takes a Slack token of one kind, so that another one is told before
// Slack refuses it; other is the variable for the other kind that is needed.
func token(to *Secret, prefix, other string) func(string) error {
	return func(v string) error {
		v = strings.TrimSpace(v)
		if strings.HasPrefix(v, prefix) && len(v) > len(prefix) {
			return secret(to)(v)
		}
		needed := fmt.Sprintf("%s begins with %s", tokens[prefix], prefix)
		switch begins := v[:min(len(prefix), len(v))]; begins {
		case prefix: // and no more than that
		case "xoxb-", "xapp-":
			return fmt.Errorf("holds %s, which belongs in %s (swapped?); %s", tokens[begins], other, needed)
		case "xoxp-", "xoxe.":
			return fmt.Errorf("holds %s; %s", tokens[begins], needed)
		}
		return errors.New(needed)
	}
}

// address takes where to listen. Port 0 lets the system choose.
func address(to *string) func(string) error {
	return func(v string) error {
		v = strings.TrimSpace(v)
		_, port, err := net.SplitHostPort(v)
		n, bad := strconv.Atoi(port)
		if err != nil || bad != nil || n < 0 || n > 65535 {
			return fmt.Errorf("an address like 127.0.0.1:8090 or :8090 is needed%s", not(v))
		}
		*to = v
		return nil
	}
}

func level(to *slog.Level) func(string) error {
	return func(v string) error {
		known := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
		l, ok := known[v]
		if !ok {
			return fmt.Errorf("debug, info, warn or error is needed%s", not(v))
		}
		*to = l
		return nil
	}
}

func price(to *float64) func(string) error {
	return func(v string) error {
		p, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(p) || p < 0 || p > 1e6 {
			return fmt.Errorf("a price from 0 to 1000000 is needed%s", not(v))
		}
		*to = p
		return nil
	}
}

func boolean(to *bool) func(string) error {
	return func(v string) error {
		if v != "true" && v != "false" {
			return fmt.Errorf("true or false is needed%s", not(v))
		}
		*to = v == "true"
		return nil
	}
}

func language(to *string) func(string) error {
	return func(v string) error {
		if v != "zh" && v != "en" {
			return fmt.Errorf("zh or en is needed%s", not(v))
		}
		*to = v
		return nil
	}
}

// user takes a Slack user's ID: a display name can be taken by anybody.
func user(to *string) func(string) error {
	return func(v string) error {
		if !isID(v, "UW") {
			return fmt.Errorf("a user ID like U0123ABCD is needed%s", not(v))
		}
		*to = v
		return nil
	}
}

// isID tells whether v has the shape of a Slack ID that begins with one of the
// letters.
func isID(v, letters string) bool {
	return len(v) > 1 && len(v) <= 40 && strings.Contains(letters, v[:1]) &&
		!strings.ContainsFunc(v, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
}

// CheckCollection says what is wrong with the name of a collection to be made.
func CheckCollection(name string) error { return collection(new(string))(name) }

// collection takes a name that is told apart by eye and needs no quotes in a
// shell, in YAML or in collection=folder.
func collection(to *string) func(string) error {
	return func(v string) error {
		odd := func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
		}
		if v == "" || utf8.RuneCountInString(v) > 64 || strings.ContainsFunc(v, odd) {
			return fmt.Errorf("a name of 1 to 64 letters, digits, - _ or . is needed%s", not(v))
		}
		*to = v
		return nil
	}
}

// Watch is a folder whose reports are kept in step, and the collection they
// go to.
type Watch struct{ Collection, Folder string }

// ParseWatch reads what serve.watch takes, for the command line.
func ParseWatch(v string) (w Watch, err error) {
	err = watch(&w)(v)
	return w, err
}

// watch takes a folder, or collection=folder. A folder with a = in its name
// needs the longer form.
func watch(to *Watch) func(string) error {
	return func(v string) error {
		w := Watch{Collection: "default", Folder: v}
		if before, after, ok := strings.Cut(v, "="); ok {
			w.Folder = after
			if err := collection(&w.Collection)(before); err != nil {
				return fmt.Errorf("before the = stands a collection: %w", err)
			}
		}
		if err := folder(&w.Folder)(w.Folder); err != nil {
			return err
		}
		*to = w
		return nil
	}
}

// values is a list of one kind of value.
type values struct {
	clear func()
	add   func(string) error
	least int // how many a list in the file must have
}

// list makes the setter of a single value, which is a list of one, and that of
// many. What comes later replaces what came before.
func list[T comparable](to *[]T, item func(*T) func(string) error, least int) (func(string) error, *values) {
	all := &values{least: least, clear: func() { *to = nil }}
	all.add = func(v string) error {
		var one T
		if err := item(&one)(v); err != nil {
			return err
		}
		if slices.Contains(*to, one) {
			return errors.New("names the same twice")
		}
		*to = append(*to, one)
		return nil
	}
	return func(v string) error {
		all.clear()
		return all.add(v)
	}, all
}
