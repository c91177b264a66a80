package answer

import (
	"cmp"
	"context"

	"reportbot/ingest/report"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

// mostWords bounds the words of filters, each of which is searched for.
const mostWords = 6

// List answers which reports meet the filters in the text of q, newest first: it
// says how many do and what was understood. Each word that names nothing known is
// a topic of its own. Where nothing meets them all, some are given up and the
// answer says which. An empty text asks for the newest. No model has a part in it.
func (a *Answerer) List(ctx context.Context, q retrieval.Query, post Post) (Answer, error) {
	lang := cmp.Or(q.Language, Language(q.Text))
	if out, long := TooLong(q.Text, q.Language); long {
		return out, nil
	}
	q.Text = reading.Filters(q.Text)
	return a.ofOneMoment(ctx, lang, func(check *moment) (Answer, error) { return a.listed(ctx, q, lang, post, check) })
}

// listed is one try of List.
func (a *Answerer) listed(ctx context.Context, q retrieval.Query, lang string, post Post, check *moment) (Answer, error) {
	reports, err := a.search.Reports(ctx, q.Scope)
	if err != nil {
		return Answer{}, err
	}
	if len(reports) == 0 {
		return unavailable(lang, "empty_corpus"), nil
	}
	found, err := a.search.Search(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	read := a.search.Read(q)
	all := newestFirst(q, reports)
	c := catalogue{lang: lang, all: true, found: found, rated: len(read.Ratings)+len(read.Actions) > 0, at: map[string]int{}}
	conds := conditions(read, found.Securities, lang)
	conds = append(conds, a.topics(ctx, q, topic(q, read, found), &c, all)...)
	if read.Since != "" || read.Until != "" {
		conds = append(conds, dated(read.Since, read.Until, lang))
	}
	if fitting := fit(all, conds); len(fitting) > 0 {
		c.count(fitting, conds, mostListed)
	} else {
		c.wider(reading.List, all, conds)
	}
	if c.out.Status == "" {
		c.out.Status = Answered
		c.out.Text = render(c.out.Claims)
	} else {
		c.out.Text += "\n" + covered(reports).say(lang)
	}
	if err := check.citations(ctx, c.out.Citations, reports, found.Hits); err != nil {
		return Answer{}, err
	}
	(&poster{post: post}).rest(&c.out)
	return c.out, nil
}

// topics makes a condition of each word and notes where a report holds the first
// of those that its title lacks, to be quoted.
func (a *Answerer) topics(ctx context.Context, q retrieval.Query, words []string, c *catalogue, all []*report.Report) []condition {
	c.titled, c.hits, c.held = map[string]bool{}, map[string]*retrieval.Hit{}, map[string][]string{}
	var out []condition
	for _, w := range words[:min(len(words), mostWords)] {
		one := catalogue{found: c.found, all: true}
		if err := a.onTopic(ctx, q, []string{w}, &one, all); err != nil {
			c.out.Notes = append(c.out.Notes, "titles alone were searched for a word: "+err.Error())
		}
		c.all = c.all && one.all
		for id, h := range one.hits {
			if c.hits[id] == nil && !one.titled[id] {
				c.hits[id], c.held[id] = h, []string{w}
			}
		}
		c.words = append(c.words, w)
		out = append(out, condition{name: either(c.lang, "提到"+w, "mentioning "+w),
			met: func(r *report.Report) bool { return one.titled[r.ID] || one.hits[r.ID] != nil }})
	}
	return out
}

// Covers says what reports cover, in a sentence; "" for none.
func Covers(reports []*report.Report, lang string) string { return covered(reports).say(lang) }
