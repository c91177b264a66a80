// Package question reads out of a question what it says about the reports it
// wants: their publishers, dates, ratings and industries, the business periods
// it asks about, and whether it asks about the reports themselves. Which
// securities it names is ingest/security's business. A reading never fails: what
// cannot be understood is left to the search by words.
package question

import (
	"slices"
	"strings"
	"time"

	"reportbot/ingest/text"
)

// Reading is what a question says. The zero value says nothing.
type Reading struct {
	Publishers []string // as the corpus spells them
	Industries []string // as the corpus spells them
	Ratings    []string // 买入, Overweight: as printed in reports
	Actions    []string // what happened to the rating: 上调, 下调, 首次, 维持
	Since      string   // YYYY-MM-DD, first day on which the reports came out; "" for none
	Until      string   // YYYY-MM-DD, last day; "" for none
	Periods    []string // business periods as report facts name them: 2024, 2024H1, 2023Q3, 2024Q1-Q3
	History    bool     // older reports are asked for as well
	Corpus     Corpus   // what it asks about the reports themselves
	Implied    Corpus   // the same of a question that only says whose, when and on what: 上个月的研报, 望江怎么看星河智能
	Topic      string   // the folded question without the words for its publishers and dates; "" where that leaves all of it or nothing
	Called     []string // the words by which it calls the publishers, folded
	Strangers  []string // houses asked for their view that no report is by, as the question prints them
}

// Corpus is a question about the reports themselves, which their metadata
// answers and not their text.
type Corpus string

// The kinds of questions about reports.
const (
	None   Corpus = ""       // a question about what reports say
	List   Corpus = "list"   // which reports, or who: 最近谁上调了评级
	Count  Corpus = "count"  // how many: 有多少篇讲算力的
	Latest Corpus = "latest" // the newest one: 最新一篇是什么
)

// Known is what the corpus calls things.
type Known struct {
	Publishers []string
	Industries []string
	Undated    bool // no report has a date, so none is asked for
}

// Read reads a question asked on the day of now. companies are the folded words
// by which it names securities.
func Read(question string, now time.Time, known Known, companies []string) Reading {
	s := digitMonths(text.Fold(question))
	var r Reading
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	w := window{now: day}
	rest := s
	for _, c := range companies { // 今天国际 is no day
		rest = strings.ReplaceAll(rest, c, " ")
	}
	if !known.Undated {
		rest = w.read(rest)
	}
	r.Since, r.Until = w.bounds()
	r.Periods = periods(rest, day)
	r.Publishers, r.Called = publishers(s, known.Publishers, companies)
	r.Strangers = strangers(question, s, known.Publishers, r.Called, companies)
	r.Industries = industries(s, known.Industries)
	r.Ratings, r.Actions = ratings(s)
	r.History = asksHistory.MatchString(rest)
	r.Corpus = corpus(s)
	if r.Corpus == None && (w.set() || len(r.Publishers)+len(r.Industries)+len(companies) > 0) {
		bare := append(append(slices.Clone(companies), w.words...), r.Called...)
		for _, name := range r.Strangers {
			bare = append(bare, text.Fold(name))
		}
		for _, name := range r.Industries {
			bare = append(bare, text.Fold(name)+"行业", text.Fold(name))
		}
		r.Implied = residue(topic(s, bare), w.set())
		if !letter.MatchString(topic(s, bare)) { // nothing but names
			r.Implied = List
			if len(companies) > 0 {
				r.Implied = Latest
			}
		}
	}
	r.Topic = topic(s, append(w.words, r.Called...))
	return r
}

// IsPublisher reports whether the question means a publisher by these folded
// words, which may be the name of a listed company as well.
func (r *Reading) IsPublisher(words string) bool {
	for _, n := range r.Called {
		if n == words {
			return true
		}
	}
	return false
}

// topic is s without the words, "" where they are none or all of it.
func topic(s string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	for _, w := range words {
		for from := 0; w != ""; {
			i := strings.Index(s[from:], w)
			if i < 0 {
				break
			}
			if i += from; text.IsWord(s, i, i+len(w)) {
				s = s[:i] + " " + s[i+len(w):]
			}
			from = i + 1
		}
	}
	return strings.TrimSpace(s)
}
