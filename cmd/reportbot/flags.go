package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"reportbot/config"
)

var errHelp = errors.New("help shown")

// flags are those every command takes. They may stand before, between or
// after the arguments; -- ends them.
type flags struct {
	*pflag.FlagSet
	data, config, nowText string
	json, verbose         bool
	collections           []string
	now                   time.Time
	existing              bool // the data folder must be there: making an empty one would hide a typo
	owner                 bool // reports under embargo are shown, too: the command looks after what is stored
}

func newFlags(name string) *flags {
	f := &flags{FlagSet: pflag.NewFlagSet(name, pflag.ContinueOnError)}
	f.SortFlags = false
	f.SetOutput(io.Discard)
	f.StringVar(&f.data, "data", "", "data folder `DIR` (default ./data)")
	f.StringVar(&f.config, "config", "", "settings `FILE` (YAML)")
	f.StringSliceVar(&f.collections, "collection", nil, "collection `NAME`; several where several make sense")
	f.BoolVar(&f.json, "json", false, "print JSON")
	f.BoolVar(&f.verbose, "verbose", false, "tell on standard error what goes on inside: retries, dead reading processes")
	f.StringVar(&f.nowText, "now", "", "the `TIME` it is taken to be: 2026-11-23 or 2026-11-23T08:30:00+08:00")
	return f
}

// without leaves a flag that means nothing to the command out of its help.
func (f *flags) without(name string) { f.Lookup(name).Hidden = true }

// nameFirst brings the command's name before the flags that all commands
// take, for reportbot --data DIR reports.
func nameFirst(args []string) ([]string, error) {
	if len(args) < 2 || !strings.HasPrefix(args[0], "--") {
		return args, nil
	}
	f := newFlags("")
	f.SetInterspersed(false)
	if err := f.Parse(args); errors.Is(err, pflag.ErrHelp) {
		return args[:1], nil
	} else if err != nil {
		return nil, err
	}
	flags := args[:len(args)-f.NArg()]
	if f.NArg() == 0 {
		return nil, errors.New("a command is missing")
	}
	return slices.Concat(f.Args()[:1], flags, f.Args()[1:]), nil
}

// parse reads the command line and checks the number of arguments; most < 0
// means any number.
func (f *flags) parse(c call, least, most int) ([]string, error) {
	err := f.Parse(c.args)
	if errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(c.out, "%s\n\n%s", usageLine(f.Name()), f.FlagUsages())
		return nil, errHelp
	}
	if err != nil {
		return nil, usageError{err.Error()}
	}
	switch n := f.NArg(); {
	case n < least:
		return nil, usageError{"an argument is missing"}
	case most >= 0 && n > most:
		return nil, usageError{fmt.Sprintf("too many arguments (%q); quote text that holds blanks", f.Arg(most))}
	}
	if f.Changed("collection") && len(f.collections) == 0 {
		return nil, usageError{"--collection needs a name"}
	}
	for _, name := range f.collections {
		if strings.TrimSpace(name) == "" {
			return nil, usageError{"--collection needs a name"}
		}
	}
	f.now = time.Now()
	if f.nowText != "" {
		if f.now, err = readTime(f.nowText); err != nil {
			return nil, usageError{err.Error()}
		}
	}
	return f.Args(), nil
}

func readTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--now %q is no time; write 2026-11-23 or 2026-11-23T08:30:00+08:00", s)
}

// collection is the one collection a command writes to.
func (f *flags) collection() (string, error) {
	switch len(f.collections) {
	case 0:
		return "default", nil
	case 1:
		if err := config.CheckCollection(f.collections[0]); err != nil {
			return "", usageError{"--collection: " + err.Error()}
		}
		return f.collections[0], nil
	}
	return "", usageError{"give one --collection to ingest into"}
}
