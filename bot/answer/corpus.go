package answer

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

// How many reports an answer about the corpus lists, and how many it shows
// beside a count or for lack of what was asked for.
const (
	mostListed = 8
	mostShown  = 3
)

// corpus answers a question about the reports themselves from their metadata;
// ok is false for a question about what they say. A report's line is cited by
// words of its front. Where no report meets all conditions, some are given up
// and the answer says which; a count of none is refused with its reason.
func (a *Answerer) corpus(ctx context.Context, q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string) (_ Answer, ok bool) {
	bare := read.Corpus == reading.None
	if bare { // nothing but its conditions is left of the question
		read.Corpus = read.Implied
	}
	if read.Corpus == reading.None {
		return Answer{}, false
	}
	all := newestFirst(q, reports)
	c := catalogue{lang: lang, all: true, loose: q.Loose, found: found, rated: bare || len(read.Ratings)+len(read.Actions) > 0, at: map[string]int{}}
	missing := a.uncovered(q, found)
	var words []string
	if !bare {
		words = topic(q, read, found)
	}
	named := found.Securities
	said := slices.Clone(words)
	if naming.MatchString(text.Fold(q.Text)) { // to be mentioned is to be a topic
		for _, m := range named {
			words, said = append(words, text.Fold(nameOf(m.Security))), append(said, nameOf(m.Security))
		}
		named = nil
	}
	conds := conditions(read, named, lang)
	if len(words) > 0 {
		if err := a.onTopic(ctx, q, words, &c, all); err != nil {
			c.out.Notes = append(c.out.Notes, "titles alone were searched: "+err.Error())
		}
		conds = append(conds, condition{name: either(lang, "提到"+strings.Join(said, "、"), "mentioning "+strings.Join(said, " ")),
			met: func(r *report.Report) bool { return c.titled[r.ID] || c.hits[r.ID] != nil }, whom: len(missing) > 0})
	}
	if read.Since != "" || read.Until != "" {
		conds = append(conds, dated(read.Since, read.Until, lang))
	}
	fitting := fit(all, conds)
	switch {
	case len(all) == 0 || len(fitting) == 0:
		c.wider(read.Corpus, all, conds)
	case read.Corpus == reading.Count:
		c.count(fitting, conds, mostShown)
	case read.Corpus == reading.Latest && bare && (len(named) > 0 || read.Since != "" || read.Until != ""):
		a.views(ctx, q, &c, fitting, named)
	case read.Corpus == reading.Latest:
		a.latest(ctx, q, &c, fitting)
	default:
		if read.Since == "" && read.Until == "" && recency.MatchString(text.Fold(q.Text)) && all[0].Published != "" {
			c.claim(either(lang, "库中研报截至 "+all[0].Published+"，从新到旧：", "The reports reach up to "+all[0].Published+"; newest first:"), c.cite(all[0], "published"))
		}
		c.list(fitting)
	}
	if c.out.Status == "" {
		c.out.Status = Answered
		c.out.Text = render(c.out.Claims)
		if bare && len(missing) > 0 { // of the others it names
			c.out.Reason = partly(missing, false, lang)
		}
	}
	return c.out, true
}

// newestFirst returns the reports that the query admits, those without a date last.
func newestFirst(q retrieval.Query, reports []*report.Report) []*report.Report {
	var out []*report.Report
	for _, r := range reports {
		if q.Admits(r) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *report.Report) int {
		return cmp.Or(cmp.Compare(b.Published, a.Published), cmp.Compare(a.Publisher, b.Publisher), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// catalogue is an answer about the corpus in the making.
type catalogue struct {
	lang   string
	out    Answer
	found  retrieval.Found
	rated  bool                      // ratings or what happened to them are asked for
	words  []string                  // of the topic
	titled map[string]bool           // reports whose title holds the topic
	hits   map[string]*retrieval.Hit // by report, a passage that holds it
	held   map[string][]string       // by report, which of the words that passage holds; nil: all
	loose  bool                      // the question's conditions are wishes
	all    bool                      // no more reports can hold it
	at     map[string]int            // number of the citation of a report
}

func (c *catalogue) claim(s string, citations ...int) {
	c.out.Claims = append(c.out.Claims, Claim{Text: unmarked(s), Citations: slices.Compact(slices.Sorted(slices.Values(citations))), Supported: true})
}

// list gives each report a claim.
func (c *catalogue) list(reports []*report.Report) {
	shown := reports[:min(len(reports), mostListed)]
	for i, r := range shown {
		line := c.line(r)
		if n := len(reports) - len(shown); n > 0 && i == len(shown)-1 {
			line = either(c.lang, strings.TrimSuffix(line, "。")+"，等共 "+itoa(len(reports))+" 篇。", strings.TrimSuffix(line, ".")+", and "+itoa(n)+" more.")
		}
		c.claim(line, c.cite(r))
	}
}

// count says how many reports there are and lists the newest of them, so many
// at most. Its number is cited by those listed.
func (c *catalogue) count(reports []*report.Report, conds []condition, most int) {
	n := len(reports)
	houses := map[string]bool{}
	for _, r := range reports {
		houses[r.Publisher] = true
	}
	shown := reports[:min(n, most)]
	var s string
	if c.lang == "zh" {
		s = "已入库的研报"
		if len(conds) > 0 {
			s += "中符合" + quoted(conds) + "的" + when(c.all, "有 ", "至少有 ")
		} else {
			s += "共 "
		}
		s += itoa(n) + " 篇" + when(n > 1, "（"+itoa(len(houses))+" 家机构）", "") + when(n > most, "，最新 "+itoa(most)+" 篇：", "：")
	} else {
		s = "There " + when(n > 1, "are ", "is ") + when(c.all, "", "at least ") + itoa(n) + when(n > 1, " reports", " report") + told(conds) +
			when(n > 1, " ("+itoa(len(houses))+when(len(houses) > 1, " publishers)", " publisher)"), "") + when(n > most, "; the newest "+itoa(most)+":", ":")
	}
	c.claim(s, c.cites(shown)...)
	c.list(shown)
}

// wider answers without the conditions that leave nothing. It refuses where
// that gives up all of them, or the company asked about, or where they were to
// be counted.
func (c *catalogue) wider(kind reading.Corpus, all []*report.Report, conds []condition) {
	dropped, rest, alone := widen(all, conds)
	left := fit(all, rest)
	none := c.none(conds)
	if alone {
		none = c.none(dropped)
		if len(dropped) > 1 {
			none = either(c.lang, "已入库的研报中，"+quoted(dropped)+"都没有一篇符合", "No report meets any of "+quotedEn(dropped))
		}
	}
	none += c.foreign(all)
	other := slices.ContainsFunc(dropped, func(k condition) bool { return k.whom })
	if other {
		keep := slices.DeleteFunc(slices.Clone(conds), func(k condition) bool { return !k.whom })
		if on := fit(all, keep); len(on) > 0 { // the company's reports are nearer than the house's on others
			left = on
			if c.loose {
				dropped, rest, other = slices.DeleteFunc(slices.Clone(conds), func(k condition) bool { return k.whom }), keep, false
			}
		}
	}
	if kind == reading.Count || len(rest) == 0 || other {
		none += either(c.lang, "。", ".")
		c.out.Status, c.out.Text, c.out.Nearest = Abstained, none, headers(left)
		c.out.Reason = Reason{Code: "none_fit", Text: none, Missing: names(dropped)}
		return
	}
	most := mostShown
	if kind == reading.Latest {
		most = 1
	}
	left = left[:min(len(left), most)]
	none += either(c.lang, "；不限"+quoted(dropped)+"，符合"+quoted(rest)+"的最新研报：", "; leaving out "+quotedEn(dropped)+", the newest"+told(rest)+":")
	c.claim(none, c.cites(left)...)
	c.list(left)
	c.out.Reason = Reason{Code: "wider", Missing: names(dropped)} // its text leads the answer
}

// none says that no report meets the conditions.
func (c *catalogue) none(conds []condition) string {
	if c.lang == "zh" {
		return "已入库的研报没有" + when(len(conds) > 1, "同时", "") + "符合" + quoted(conds) + "的"
	}
	if len(conds) > 1 {
		n := names(conds)
		return "There is no report both " + strings.Join(n[:len(n)-1], ", ") + " and " + n[len(n)-1]
	}
	return "There is no report" + told(conds)
}

// latest lists the newest report, or those of that day, and quotes what the
// key points of a single one begin with.
func (a *Answerer) latest(ctx context.Context, q retrieval.Query, c *catalogue, reports []*report.Report) {
	n := 1
	for n < min(len(reports), mostShown) && reports[n].Published == reports[0].Published {
		n++
	}
	c.list(reports[:n])
	c.out.Claims[0].Text = when(n > 1, either(c.lang, "最新的 "+itoa(n)+" 篇：", "The newest "+itoa(n)+": "), either(c.lang, "最新一篇：", "The newest: ")) + c.out.Claims[0].Text
	if n > 1 {
		return
	}
	if h := a.keyPoints(ctx, q, reports[0]); h != nil {
		s := text.Sentences(h.Passage.Text)[0]
		quote := h.Passage.Text[s.From:s.To]
		shown := strings.TrimLeft(quote, "•●■◆▪➢-* ")
		c.claim(shown, c.add(h, s.From+len(quote)-len(shown), shown))
	}
}

// keyHeads are the headings under which a report says what it is about.
var keyHeads = regexp.MustCompile(`投资要点|核心观点|核心要点|报告要点|主要观点|投资摘要|内容摘要|摘要|要点|(?i)key (?:points|takeaways)|summary|highlights`)

// keyPoints finds the passage with which a report's key points begin, nil if
// it has none. It is looked for, since metadata holds no text.
func (a *Answerer) keyPoints(ctx context.Context, q retrieval.Query, r *report.Report) *retrieval.Hit {
	found, err := a.search.Search(ctx, retrieval.Query{Text: r.Title + " 投资要点 key points", Scope: q.Scope, Publishers: []string{r.Publisher}, Now: q.Now, Limit: topicHits})
	if err != nil {
		return nil // the answer stands without
	}
	var best *retrieval.Hit
	for i := range found.Hits {
		h := &found.Hits[i]
		if h.Report.ID == r.ID && h.Passage.Kind != report.Table && keyHeads.MatchString(h.Passage.SectionTitle()) && len(text.Sentences(h.Passage.Text)) > 0 &&
			(best == nil || cmp.Or(cmp.Compare(h.Passage.PageFrom, best.Passage.PageFrom), cmp.Compare(h.Passage.ID, best.Passage.ID)) < 0) {
			best = h
		}
	}
	return best
}

func headers(reports []*report.Report) []report.Header {
	var out []report.Header
	for _, r := range reports[:min(len(reports), mostShown)] {
		out = append(out, r.Header())
	}
	return out
}
