package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"reportbot/bot/answer/check"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/prompts"
	"reportbot/retrieval"
)

// maxReply is where a model is no longer listened to, in bytes: an answer
// longer than the passages it was given is none.
const maxReply = 3 * sendChars

// grace is how long a sentence whose marker stands after its full stop waits
// for a second marker. A claim has to leave within 50 ms after the full stop.
const grace = 35 * time.Millisecond

// errTooLong is why a model is no longer listened to. It counts as a
// cancellation: the server did nothing wrong and is asked again next time.
var errTooLong error = tooLongError{}

type tooLongError struct{}

func (tooLongError) Error() string        { return "it says more than it was given, and was stopped" }
func (tooLongError) Is(target error) bool { return target == context.Canceled }

// maxQuestion bounds a question, in characters; nobody types more, and a
// pasted report is no question.
const maxQuestion = 2000

// TooLong is the answer to a question above the limit, in lang (zh or en; "" for
// the question's own); ok is false below it.
func TooLong(question, lang string) (out Answer, ok bool) {
	n := utf8.RuneCountInString(question)
	if n <= maxQuestion {
		return Answer{}, false
	}
	text := either(cmp.Or(lang, Language(question)), "问题有 "+itoa(n)+" 个字，上限为 "+itoa(maxQuestion)+" 个。", "The question has "+itoa(n)+" characters, the limit is "+itoa(maxQuestion)+".")
	return Answer{Status: Unavailable, Text: text, Reason: Reason{Code: "question_too_long", Text: text}}, true
}

// poster hands claims on.
type poster struct {
	post   Post
	start  time.Time
	first  time.Duration
	posted int // claims
	cited  int // citations

	licence report.Licence
}

// rest posts the claims of the answer that were not yet.
func (p *poster) rest(out *Answer) {
	for p.posted < len(out.Claims) {
		if p.posted == 0 {
			p.first = time.Since(p.start)
		}
		c := out.Claims[p.posted]
		p.posted++
		if p.post == nil {
			continue
		}
		var fresh []report.Citation
		for _, of := range p.licence.Cap(out.Citations) {
			if slices.Contains(c.Citations, of.N) && of.N > p.cited {
				fresh = append(fresh, of)
			}
		}
		for _, of := range fresh {
			p.cited = max(p.cited, of.N)
		}
		p.post(c, fresh)
	}
}

// draft is a model's answer in the making.
type draft struct {
	a        *Answerer
	sent     []retrieval.Hit
	fence    string
	poster   *poster
	out      Answer
	failed   []prompts.Withheld
	mending  bool // what failed is being put right
	mended   int
	seen     map[string]bool // what was judged, as the model wrote it
	refused  bool            // by the word for it, before anything was posted
	declined bool            // in other words
}

func (r *draft) note(format string, args ...any) {
	r.out.Notes = append(r.out.Notes, fmt.Errorf(format, args...).Error())
}

// hear puts a prompt to the model and takes its sentences as they come. With
// an error what was posted until then stands, and the rest is not whole.
func (r *draft) hear(ctx context.Context, prompt func() (prompts.Prompt, error)) error {
	p, err := prompt()
	if err != nil {
		return err
	}
	r.out.Record.Prompts = append(r.out.Record.Prompts, p.Version)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	l := &listener{draft: r}
	said, err := r.a.chat.Ask(ctx, p, func(delta string) {
		if !l.hear(delta) {
			stop(errTooLong)
		}
	})
	err = l.end(err)
	u := &r.out.Usage
	if errors.Is(err, ErrSpent) {
		u.Spent = true
		r.out.Record.Prompts = r.out.Record.Prompts[:len(r.out.Record.Prompts)-1] // it was not sent
		return err
	}
	if u.PromptVersion == "" {
		u.PromptVersion = p.Version
	}
	if said.Model != "" {
		u.Model = said.Model
	}
	u.PromptTokens += said.PromptTokens
	u.CompletionTokens += said.CompletionTokens
	return err
}

// listener cuts one stream and times it.
type listener struct {
	*draft
	mu    sync.Mutex // the timer takes sentences beside the stream
	cut   cutter
	heard int
	timer *time.Timer
	ended bool
}

// hear takes in a piece of the stream; false means that it is enough.
func (l *listener) hear(delta string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.own(time.Now())
	if l.timer != nil {
		l.timer.Stop()
	}
	if l.heard += len(delta); l.heard > maxReply {
		return false
	}
	l.cut.add(delta)
	l.drain(false)
	if _, ok := l.cut.ready(); ok {
		l.timer = time.AfterFunc(grace, l.early)
	}
	return true
}

func (l *listener) drain(ended bool) {
	for s, ok := l.cut.next(ended); ok; s, ok = l.cut.next(ended) {
		l.take(s)
	}
}

// early takes a sentence that has its marker, if that bears it, though
// another marker might follow.
func (l *listener) early() {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.own(time.Now())
	if s, ok := l.cut.ready(); ok && !l.ended && l.bears(s) {
		l.cut.taken()
		l.take(s)
	}
}

// end takes what is left. Of a stream that broke off that is only a sentence
// with its full stop and marker: any other may lack its end.
func (l *listener) end(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.own(time.Now())
	if l.timer != nil {
		l.timer.Stop()
	}
	l.ended = true
	if l.heard > maxReply {
		err = errTooLong
	}
	if err == nil {
		l.drain(true)
	} else if s, ok := l.cut.ready(); ok {
		l.take(s)
	}
	return err
}

// own adds up the time that is ours. What the caller does with a claim is not.
func (r *draft) own(since time.Time) { r.out.Timings.Own += time.Since(since) }

// bears reports whether the passages that a sentence cites bear it.
func (r *draft) bears(s said) bool {
	kind, _ := sortOf(s, r.fence)
	cited := s.within(len(r.sent))
	return kind == claimed && !r.stutters(s.text) && len(cited) > 0 && r.a.check(s.text, cited, r.sent).OK()
}

// take judges a sentence, posts it if it may be, and keeps what became of it.
func (r *draft) take(s said) {
	if r.refused {
		return
	}
	j := Judged{Text: s.text, Mended: r.mending}
	kind, why := sortOf(s, r.fence)
	switch {
	case kind == refusal:
		r.refused = len(r.out.Claims) == 0 && !r.mending
		j.Outcome = Refusal
	case kind == declined:
		r.declined = true
		j.Outcome = Refusal
	case kind == aside:
		j.Outcome = Aside
	case kind == unfit:
		r.fail(&j, s, why)
	case r.stutters(s.text):
		r.fail(&j, s, "repetition")
	case r.seen[s.raw] || r.known(s.text):
		j.Outcome = Repeated
	default:
		r.hold(&j, s)
	}
	r.seen[s.raw] = true
	if j.Text != "" || j.Outcome != Aside {
		r.out.Record.Sentences = append(r.out.Record.Sentences, j)
	}
}

// hold holds a sentence against the passages.
func (r *draft) hold(j *Judged, s said) {
	cited, failed := r.mend(s)
	for _, k := range cited {
		j.Cited = append(j.Cited, r.sent[k].Passage.ID)
	}
	switch {
	case failed == nil:
		j.Outcome = Posted
		if !slices.Contains(s.within(len(r.sent)), cited[0]) {
			j.Outcome = Remarked
		}
		if r.mending {
			r.mended++
		}
		r.add(s.text, cited)
	case len(s.within(len(r.sent))) == 0 && declines.MatchString(s.text): // who cites makes a claim
		r.declined = true
		j.Outcome = Refusal
	default:
		r.fail(j, s, failed...)
	}
}

// fail withholds a sentence. What fails at first is sent back.
func (r *draft) fail(j *Judged, s said, why ...string) {
	j.Outcome, j.Failed = Withheld, why
	again := func(w prompts.Withheld) bool { return w.Text == s.text }
	if !r.mending && !slices.ContainsFunc(r.failed, again) {
		r.failed = append(r.failed, prompts.Withheld{Text: s.text, Failed: strings.Join(why, ", ")})
	}
}

// mend returns the passages that bear a sentence: those it cites, or the only
// one of those sent that does. Else it names what failed.
func (r *draft) mend(s said) (cited []int, failed []string) {
	cited = s.within(len(r.sent))
	v := check.Verdict{}
	if len(cited) > 0 {
		if v = r.a.check(s.text, cited, r.sent); v.OK() {
			return r.needed(s, cited), nil
		}
	}
	var bears []int
	for k := 0; k < len(r.sent) && len(bears) < 2; k++ {
		if r.a.check(s.text, []int{k}, r.sent).OK() {
			bears = append(bears, k)
		}
	}
	switch {
	case len(bears) == 1:
		return bears, nil
	case len(cited) == 0:
		return nil, []string{"citation"}
	}
	for _, f := range v.Failed {
		failed = append(failed, strings.TrimSpace(string(f.Gate)+" "+f.What))
	}
	return cited, failed
}

// needed leaves out of several citations those that do not bear the sentence
// by themselves, if any does.
func (r *draft) needed(s said, cited []int) []int {
	var alone []int
	for _, k := range cited {
		if len(cited) > 1 && r.a.check(s.text, []int{k}, r.sent).OK() {
			alone = append(alone, k)
		}
	}
	if len(alone) == 0 {
		return cited
	}
	return alone
}

// add posts a sentence with its citations.
func (r *draft) add(sentence string, cited []int) {
	c := Claim{Text: sentence, Supported: true}
	for _, k := range cited {
		quote, from := bestQuote(sentence, &r.sent[k])
		if n := citeOnce(&r.out, &r.sent[k], from, quote); !slices.Contains(c.Citations, n) {
			c.Citations = append(c.Citations, n)
		}
	}
	slices.Sort(c.Citations)
	r.out.Claims = append(r.out.Claims, c)
	start := time.Now()
	r.poster.rest(&r.out)
	r.out.Timings.Own -= time.Since(start)
}

// stutters reports whether a sentence says something twice in a row that no
// passage prints so: 来源：格隆汇格隆汇8月5日讯.
func (r *draft) stutters(sentence string) bool {
	twice := strings.Repeat(text.Fold(stutter(sentence)), 2)
	return twice != "" && !slices.ContainsFunc(r.sent, func(h retrieval.Hit) bool {
		return strings.Contains(text.Fold(h.Passage.Text), twice)
	})
}

// known reports whether the answer says a sentence already, be it as part of
// a longer one.
func (r *draft) known(sentence string) bool {
	s := folded(sentence)
	return slices.ContainsFunc(r.out.Claims, func(c Claim) bool { return strings.Contains(folded(c.Text), s) })
}

func folded(s string) string {
	return strings.TrimRight(strings.ReplaceAll(text.Fold(s), " ", ""), "。.!?;；！？")
}
