// Command reportbot answers questions over broker research reports with a
// footnote on every sentence. See the README for its subcommands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit codes, part of the command line's contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitPartly = 3
)

// usageError is a mistake in the command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// errTold ends a command that failed and has already said why.
var errTold = errors.New("failed")

// settingsError lists what is wrong with the settings, a line each.
type settingsError struct{ error }

// errPartly ends a command that did a part of its work and has already said
// which part it could not do.
var errPartly = errors.New("partly done")

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// command is one subcommand. run gets the arguments after its name.
type command struct {
	name, args, about string
	hidden            bool
	run               func(ctx context.Context, c call) error
}

// call is everything a command is started with.
type call struct {
	args   []string
	getenv func(string) string
	streams
}

func commands() []command {
	return []command{
		{name: "ask", args: "[--reports PATH] QUESTION", about: "answer a question from the reports, with citations; - reads one a line, a conversation with --thread", run: runAsk},
		{name: "ingest", args: "[--watch] PATH...", about: "read reports into the data folder; --watch goes on until Ctrl-C", run: runIngest},
		{name: "reports", about: "list the reports", run: runReports},
		{name: "show", args: "ID", about: "show one report: metadata, outline, passages", run: runShow},
		{name: "search", args: "QUERY [--explain]", about: "list the passages that fit a query", run: runSearch},
		{name: "remove", args: "ID", about: "remove a report", run: runRemove},
		{name: "ticker", args: "CODE|NAME [--chart FILE.png]", about: "sum up what houses say of one security, with citations", run: runTicker},
		{name: "serve", args: "[--watch [COLLECTION=]FOLDER]", about: "run the Slack bot, and follow folders of reports, until Ctrl-C", run: runServe},
		{name: "digest", args: "preview [--since DATE]", about: "show the digest of the reports published since a day", run: runDigest},
		{name: "health", args: "[--url URL]", about: "ask a running serve whether it is alive", run: runHealth},
		{name: "embed", about: "make the vectors anew with the configured embedder", run: runEmbed},
		{name: "audit", args: "[--since DATE] [--user ID] ...", about: "print what was shown to whom, a line of JSON a record", run: runAudit},
		{name: "check", about: "check the data folder for damage", run: runCheck},
		{name: "backup", args: "FILE", about: "write all that the data folder holds into one file, also while serve runs", run: runBackup},
		{name: "restore", args: "FILE [--force]", about: "make a data folder from a backup", run: runRestore},
		{name: "eval", args: "retrieval|answers|claims|abstain DIR", about: "measure the pipeline on a folder of questions", run: runEval},
		{name: workerName, hidden: true, run: runWorker},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	code := run(ctx, os.Args[1:], os.Getenv, streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, s streams) int {
	s.err = masked(s.err, getenv)
	args, err := nameFirst(args)
	if err != nil {
		fmt.Fprintf(s.err, "reportbot: %s; try \"reportbot help\"\n", err)
		return exitUsage
	}
	if len(args) == 0 {
		usage(s.err)
		return exitUsage
	}
	name := args[0]
	switch name {
	case "help", "-h", "--help":
		usage(s.out)
		return exitDone
	case "version", "--version":
		fmt.Fprintln(s.out, version())
		return exitDone
	}
	for _, c := range commands() {
		if c.name == name {
			out := &output{w: s.out}
			err := c.run(ctx, call{args[1:], getenv, streams{s.in, out, s.err}})
			if out.err != nil && (err == nil || errors.Is(err, errPartly)) {
				err = fmt.Errorf("write the result: %w", out.err)
			}
			return finish(s.err, c, err)
		}
	}
	fmt.Fprintf(s.err, "reportbot: no command %q; try \"reportbot help\"\n", name)
	return exitUsage
}

// output remembers the first error of writing a result, so that a command that
// prints line by line need not look, and a full disk does not exit with 0.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// finish turns a command's error into a line and an exit code.
func finish(w io.Writer, c command, err error) int {
	var wrong usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errHelp):
		return exitDone
	case errors.Is(err, errPartly):
		return exitPartly
	case errors.Is(err, errTold):
		return exitFailed
	case errors.As(err, &wrong):
		fmt.Fprintf(w, "reportbot %s: %s\n%s\n", c.name, wrong.text, usageLine(c.name))
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(w, "reportbot %s: interrupted\n", c.name)
		return exitFailed
	}
	var settings settingsError
	if errors.As(err, &settings) { // a line each for all that is wrong
		fmt.Fprintf(w, "reportbot %s: %s\n", c.name, settings)
		return exitFailed
	}
	fmt.Fprintf(w, "reportbot %s: %s\n", c.name, printable(oneLine(err)))
	return exitFailed
}

// usageLine says how a command is called.
func usageLine(name string) string {
	for _, c := range commands() {
		if c.name == name {
			return "usage: reportbot " + strings.TrimSpace(name+" "+c.args)
		}
	}
	return "usage: reportbot " + name
}

func usage(w io.Writer) {
	fmt.Fprint(w, "reportbot answers questions over broker research reports, with a footnote on every sentence.\n\n")
	for _, c := range commands() {
		if !c.hidden {
			fmt.Fprintf(w, "  reportbot %-8s %-26s %s\n", c.name, c.args, c.about)
		}
	}
	fmt.Fprint(w, `
everywhere: --data DIR (default ./data), --config FILE, --collection NAME, --json, --now TIME
exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done
`)
}
