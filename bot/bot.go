// Package bot is what the bot does, without Slack: one Message goes in, one
// Reply comes out. It remembers the turns of each thread and makes a full
// question of a message that leaves out what was said before: by rules, or
// by a model whose words are checked against the thread. An asker's context are
// only those turns whose every source lies in the collections the asker may
// see. Who answers the full question is package answer's business.
package bot

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"reportbot/bot/answer"
	"reportbot/bot/ticker"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Kind is what a message wants.
type Kind string

// The kinds of a message.
const (
	Question Kind = ""        // an answer from the reports
	Reports  Kind = "reports" // the reports that meet conditions in plain words
	Ticker   Kind = "ticker"  // what houses say of one security
	Help     Kind = "help"    // what can be asked here
)

// Message is what somebody wrote.
type Message struct {
	ID     string          // names the event in the log; may be ""
	Kind   Kind            //
	Thread string          // names the thread among all; "" for a question that has none
	Text   string          // without the mention
	Scope  retrieval.Scope // what the asker may see here
	Now    time.Time       // when it came; must be set
	Limit  int             // most passages the answer is drawn from; 0 for the answerer's own
	Lang   string          // zh or en: what the bot says by itself is said in it; "" for the language of the text
	Wide   bool            // to be searched again wider: conditions read from the text only prefer, more passages, earlier turns are not used
	Post   answer.Post     // hears each claim of the answer as it is checked; may be nil
}

// Reply is the answer to a message.
type Reply struct {
	Answer      answer.Answer // of Help its Text, Status and Reason alone
	Question    string        // the full question that was answered, "" when it is what was asked
	Kind        Kind          // what the message turned out to be: a greeting or an empty one is Help
	Suggestions []string      // of Help: up to three questions that the reports in the scope answer
	Card        *ticker.Card  // of Ticker, answered or not; nil else
	Lang        string        // zh or en, the language of the reply
	Searched    int           // reports in the scope
}

// Answerer answers full questions. It is safe for concurrent use.
type Answerer interface {
	// Stream gives each claim to post, which may be nil, before it returns.
	// Its error means that nothing could be searched, or nobody waits.
	Stream(ctx context.Context, q retrieval.Query, post answer.Post) (answer.Answer, error)
	// List answers which reports meet the filters in the text, without a model.
	List(ctx context.Context, q retrieval.Query, post answer.Post) (answer.Answer, error)
	// Quote answers in the reports' words, without a model.
	Quote(ctx context.Context, q retrieval.Query) (answer.Answer, error)
}

// Corpus knows the reports of a scope and what texts name of them. It is safe
// for concurrent use.
type Corpus interface {
	Reader
	Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error)
}

// Options bound what is remembered. The zero value means the defaults.
type Options struct {
	Cards   Cards          // makes the cards of Ticker; nil: they are asked as questions
	Threads int            // default 1000
	Turns   int            // of a thread; default 8
	Age     time.Duration  // of a turn; default 24 hours
	Memory  Memory         // nil: turns are forgotten at the end of the process
	Licence report.Licence // of the quotes under cards
}

// Bot answers messages. It is safe for concurrent use.
type Bot struct {
	answer  Answerer
	corpus  Corpus
	chat    answer.Chat // nil without a model
	cards   Cards
	licence report.Licence
	threads threads

	suggested suggestions
}

// New returns a bot; chat, which rewrites follow-ups, may be nil.
func New(a Answerer, c Corpus, chat answer.Chat, opt Options) *Bot {
	return &Bot{answer: a, corpus: c, chat: chat, cards: opt.Cards, licence: opt.Licence, suggested: suggestions{all: map[string]suggested{}}, threads: threads{
		most: cmp.Or(opt.Threads, 1000), turns: cmp.Or(opt.Turns, 8), age: cmp.Or(opt.Age, 24*time.Hour), disk: opt.Memory, all: map[string][]Turn{},
	}}
}

// Handle answers a message. Its error means that nothing could be searched, or
// nobody waits: then nothing is remembered.
func (b *Bot) Handle(ctx context.Context, m Message) (Reply, error) {
	reports, err := b.corpus.Reports(ctx, m.Scope)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Kind: kind(m), Lang: language(m, reports), Searched: len(reports)}
	a, long := answer.TooLong(m.Text, r.Lang) // not worth understanding
	switch {
	case long:
		r.Answer = a
	case r.Kind == Help:
		b.help(ctx, m, &r, reports)
	case r.Kind == Reports:
		err = b.list(ctx, m, &r)
	case r.Kind == Ticker && b.cards != nil:
		err = b.ticker(ctx, m, &r)
	default:
		err = b.question(ctx, m, &r)
	}
	if err != nil {
		return Reply{}, err
	}
	return r, nil
}

// Count is the number of reports in a scope, 0 where they cannot be read.
func (b *Bot) Count(ctx context.Context, s retrieval.Scope) int {
	reports, err := b.corpus.Reports(ctx, s)
	if err != nil { // whatever is asked next meets the same error and tells it
		return 0
	}
	return len(reports)
}

// widerLimit is how many passages a wider search draws on for each of the usual.
const (
	widerLimit = 3
	usualLimit = 8
)

// question answers a question from the reports.
func (b *Bot) question(ctx context.Context, m Message, r *Reply) error {
	var turns []Turn
	var forgot error
	if m.Thread != "" && !m.Wide {
		turns, forgot = b.threads.earlier(ctx, m)
	}
	u := Understand(ctx, b.corpus, b.chat, m, turns)
	if m.Lang == "" && strings.ContainsFunc(u.Question, unicode.IsLetter) {
		r.Lang = answer.Language(u.Question)
	}
	q := retrieval.Query{Text: u.Question, Scope: m.Scope, Prior: u.Prior, Now: m.Now, Limit: m.Limit, Language: r.Lang}
	if m.Wide {
		q.Loose, q.Limit = true, widerLimit*cmp.Or(m.Limit, usualLimit)
	}
	a, err := b.answer.Stream(ctx, q, m.Post)
	if err != nil {
		return err
	}
	u.count(&a)
	if m.Thread != "" && a.Status != answer.Unavailable {
		forgot = errors.Join(forgot, b.threads.add(ctx, m.Thread, b.turn(ctx, m, u, a)))
	}
	if forgot != nil { // the answer does not suffer
		a.Notes = append(a.Notes, forgot.Error())
	}
	if r.Answer = a; u.Question != m.Text {
		r.Question = u.Question
	}
	return nil
}

// remembered is the end of a text, where the question stands, in at most so
// many characters: a pasted page must not fill the memory of a thread.
func remembered(s string) string {
	const most = 400
	if r := []rune(s); len(r) > most {
		return string(r[len(r)-most:])
	}
	return s
}

// isSmallTalk reports whether a message asks for nothing.
func isSmallTalk(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && smallTalk.FindString(s) == s
}

// turn is what is remembered of a message.
func (b *Bot) turn(ctx context.Context, m Message, u Understood, a answer.Answer) Turn {
	s := takeApart(b.corpus, retrieval.Query{Text: u.Question, Scope: m.Scope, Now: m.Now})
	t := Turn{ID: m.ID, At: m.Now, Asked: remembered(m.Text), Question: remembered(u.Question), Publishers: s.reading.Publishers, Periods: s.reading.Periods, Metric: s.words(metric),
		Sources: sources(ctx, b.corpus, m.Scope, a), Borrowed: u.Borrowed}
	for _, n := range s.named {
		t.Securities = append(t.Securities, n.Security)
	}
	if len(t.Publishers) == 0 {
		t.Publishers = onlyPublisher(t.Sources)
	}
	return t
}

// sources are the reports an answer shows: those it cites, or those it names
// as the nearest.
func sources(ctx context.Context, c Corpus, scope retrieval.Scope, a answer.Answer) []Source {
	var shown []report.Header
	for _, k := range a.Citations {
		shown = append(shown, k.Report)
	}
	shown = append(shown, a.Nearest...)
	collection := map[string]string{}
	reports, err := c.Reports(ctx, scope)
	if err == nil { // else the collections stay unknown, and the turn is nobody's context
		for _, r := range reports {
			collection[r.ID] = r.Collection
		}
	}
	var out []Source
	seen := map[string]bool{}
	for _, h := range shown {
		if !seen[h.ID] {
			seen[h.ID] = true
			out = append(out, Source{h, collection[h.ID]})
		}
	}
	return out
}

// onlyPublisher is the publisher of all sources, nil when they have several.
func onlyPublisher(all []Source) []string {
	for _, s := range all {
		if s.Publisher == "" || s.Publisher != all[0].Publisher {
			return nil
		}
	}
	if len(all) == 0 {
		return nil
	}
	return []string{all[0].Publisher}
}
