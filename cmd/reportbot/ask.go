package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/ingest/report"
)

func runAsk(ctx context.Context, c call) error {
	f := newFlags("ask")
	paths := f.StringArray("reports", nil, "file or folder `PATH` to ingest first, if it changed")
	thread := f.Bool("thread", false, "with -: the lines of standard input are one conversation")
	args, err := f.parse(c, 1, 1)
	if err != nil {
		return err
	}
	if *thread && args[0] != "-" {
		return usageError{"--thread needs - as the question: a conversation comes on standard input"}
	}
	if strings.TrimSpace(args[0]) == "" {
		return usageError{"the question is blank"}
	}
	a, err := f.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.close()
	partly := false
	if len(*paths) > 0 {
		collection, err := f.collection()
		if err != nil {
			return err
		}
		sum, err := a.ingest(ctx, collection, *paths, c.err)
		if err != nil {
			return err
		}
		if partly = sum.Failed > 0; sum.Done() == 0 {
			return errors.New("none of the reports could be read")
		}
	}
	s, err := a.searcher(ctx)
	if err != nil {
		return err
	}
	who := &asker{bot: a.bot(s, bot.Options{}), app: a, f: f, c: c}
	if *thread {
		who.thread = "standard input"
	}
	if args[0] == "-" {
		err = who.lines(ctx)
	} else {
		err = who.once(ctx, args[0])
	}
	if err == nil && partly {
		return errPartly
	}
	return err
}

// asker puts questions to the bot and prints what comes back.
type asker struct {
	bot     *bot.Bot
	app     *app
	f       *flags
	c       call
	thread  string // "" for questions that have nothing to do with each other
	advised bool   // that a model could be configured
}

// once answers one question. A refusal is an answer; that there is nothing
// to look into is a failure, which the answer itself tells.
func (w *asker) once(ctx context.Context, question string) error {
	a, err := w.ask(ctx, question)
	if err != nil {
		return err
	}
	if a.Status == answer.Unavailable {
		return errTold
	}
	return nil
}

// lines answers one question a line until standard input ends; blank lines
// are left out, and that there are no others is a mistake. Reports that another process ingests meanwhile are seen by
// the next question.
func (w *asker) lines(ctx context.Context) error {
	asked, unavailable := 0, 0
	for line, err := range readLines(ctx, w.c.in) {
		if err != nil {
			return fmt.Errorf("read questions: %w", err)
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		a, err := w.ask(ctx, line)
		if err != nil {
			return err
		}
		asked++
		if a.Status == answer.Unavailable {
			unavailable++
		}
	}
	switch {
	case asked == 0:
		return usageError{"no question came on standard input"}
	case unavailable == 0:
		return nil
	case unavailable < asked:
		return errPartly
	}
	return errTold
}

// readLines yields the lines of in until it or ctx ends.
func readLines(ctx context.Context, in io.Reader) iter.Seq2[string, error] {
	type read struct {
		line string
		err  error
	}
	return func(yield func(string, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		lines := make(chan read)
		// Nothing can interrupt a read from a terminal: when ctx ends first,
		// this goroutine ends with the process.
		go func() {
			r := bufio.NewReader(in)
			for {
				line, err := r.ReadString('\n')
				select {
				case lines <- read{line, err}:
				case <-ctx.Done():
				}
				if err != nil || ctx.Err() != nil {
					return
				}
			}
		}()
		for {
			select {
			case got := <-lines:
				if got.err != nil && !errors.Is(got.err, io.EOF) {
					yield("", got.err)
					return
				}
				if !yield(got.line, nil) || got.err != nil {
					return
				}
			case <-ctx.Done():
				yield("", ctx.Err())
				return
			}
		}
	}
}

// ask answers a question and prints the answer, as text claim by claim as
// they come.
func (w *asker) ask(ctx context.Context, question string) (answer.Answer, error) {
	question = strings.TrimSpace(question)
	scope, err := w.app.scope(ctx, w.f)
	var absent absentError
	if errors.As(err, &absent) {
		lang := answer.Language(question)
		text := say(lang, absent.zh, absent.en)
		a := answer.Answer{Status: answer.Unavailable, Text: text, Reason: answer.Reason{Code: "no_collection", Text: text}}
		return a, w.print(bot.Reply{Answer: a, Lang: lang}, false)
	}
	if err != nil {
		return answer.Answer{}, err
	}
	shown := 0
	var post answer.Post
	if !w.f.json {
		post = func(c answer.Claim, _ []report.Citation) {
			shown++
			fmt.Fprintln(w.c.out, c.Marked())
		}
	}
	r, err := w.bot.Handle(ctx, bot.Message{Thread: w.thread, Text: question, Scope: scope, Now: w.f.now, Limit: w.app.cfg.Retrieval.Limit, Post: post})
	if err != nil {
		return r.Answer, err
	}
	return r.Answer, w.print(r, shown > 0)
}

// print writes a reply, but for the claims where they are shown already, and
// under it the full question of a follow-up, or questions to begin with.
func (w *asker) print(r bot.Reply, shown bool) error {
	a, lang := r.Answer, r.Lang
	note := func() {
		for _, n := range a.Notes {
			fmt.Fprintln(w.c.err, "reportbot: "+printable(n))
		}
	}
	view := viewAnswer(a)
	view.Question, view.Suggestions = r.Question, r.Suggestions
	if w.f.json {
		note()
	}
	switch {
	case w.f.json && w.f.Arg(0) == "-": // one object a line
		enc := json.NewEncoder(w.c.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(view)
	case w.f.json:
		return writeJSON(w.c.out, view)
	}
	if w.advised && a.Reason.Code == "no_model" {
		a.Reason.Text = ""
	}
	w.advised = w.advised || a.Reason.Code == "no_model"
	if !shown {
		fmt.Fprintln(w.c.out, a.Text)
	}
	printRest(w.c.out, a, lang)
	if r.Question != "" {
		fmt.Fprintf(w.c.out, say(lang, "\n理解为：%s\n", "\nUnderstood as: %s\n"), oneLiner(r.Question))
	}
	for _, q := range r.Suggestions {
		fmt.Fprintln(w.c.out, "  - "+oneLiner(q))
	}
	if n := w.app.notice().Under(r); n != "" {
		fmt.Fprintln(w.c.out, "\n"+n)
	}
	note() // here, as on a terminal it would part the claims from their footnotes
	if w.f.Arg(0) == "-" {
		fmt.Fprintln(w.c.out)
	}
	return nil
}

// oneLiner is what somebody wrote, on one line.
func oneLiner(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// printSources writes the footnotes.
func printSources(w io.Writer, all []report.Citation, lang string) {
	for _, c := range all {
		fmt.Fprintf(w, "[%d] %s\n", c.N, place(c, lang))
		if c.Quote == "" { // the report's share is used up
			continue
		}
		more := ""
		if c.Cut {
			more = "…"
		}
		fmt.Fprintf(w, "    “%s”%s\n", strings.NewReplacer("\t", "  ", "\n", "\n    ").Replace(c.Quote), more)
	}
}

// printRest writes the footnotes and what else must be said under the claims.
func printRest(w io.Writer, a answer.Answer, lang string) {
	if len(a.Citations) > 0 {
		fmt.Fprintln(w)
	}
	printSources(w, a.Citations, lang)
	if len(a.Nearest) > 0 {
		fmt.Fprintln(w, say(lang, "\n最接近的研报：", "\nNearest reports:"))
		for _, h := range a.Nearest {
			fmt.Fprintln(w, "  - "+headline(h, lang))
		}
	}
	if a.Status == answer.Answered && a.Reason.Text != "" {
		fmt.Fprintln(w, "\n"+a.Reason.Text)
	}
	if n := a.Usage.Withheld; n > 0 {
		fmt.Fprintf(w, say(lang, "\n模型另有 %d 句与所引原文不符，未列出。\n", "\n%d sentences of the model were withheld: their citations did not bear them.\n"), n)
	}
}

func say(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}

// headline is a report in one line.
func headline(h report.Header, lang string) string {
	title := say(lang, "《"+h.Title+"》", "“"+h.Title+"”")
	by, day := cmp.Or(h.Publisher, say(lang, "机构不详", "house unknown")), cmp.Or(h.Published, say(lang, "日期不详", "undated"))
	return strings.Join(strings.Fields(printable(by+" "+title+" "+day)), " ")
}

// place is a citation's footnote: publisher, title, date, section, page.
func place(c report.Citation, lang string) string {
	s := headline(c.Report, lang)
	if c.SectionNumber != "" || c.SectionTitle != "" {
		s += " §" + strings.TrimSpace(c.SectionNumber+" "+c.SectionTitle)
	}
	if c.Page > 0 {
		s += fmt.Sprintf(say(lang, " 第 %d 页", " p. %d"), c.Page)
	}
	if c.PageLabel != "" {
		s += fmt.Sprintf(say(lang, "（页码 %s）", " (numbered %s)"), c.PageLabel)
	}
	return s
}
