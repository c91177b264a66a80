package ticker

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval/question"
)

// mostCandidates is how many securities are offered.
const mostCandidates = 8

// Resolve says which security a query means, and under which conditions. Where
// it is not certain it offers what may be meant: asking back costs a word,
// another company's figures cost more. What is offered as near or covered is
// from reports of the scope alone.
func (t *Ticker) Resolve(ctx context.Context, q Query) (Resolved, error) {
	b, err := t.book(ctx, q.Scope)
	if err != nil {
		return Resolved{}, err
	}
	return b.resolve(q), nil
}

var (
	// around is what stands around a name and is none of it
	around = strings.NewReplacer("《", " ", "》", " ", "“", " ", "”", " ", "\"", " ", "「", " ", "」", " ", "【", " ", "】", " ",
		"(", " ", ")", " ", "[", " ", "]", " ", "?", " ", "!", " ", "。", " ", "…", " ", "#", " ", "`", " ")
	parted = strings.NewReplacer("、", " ", "，", " ", ",", " ", ";", " ", "|", " ", "+", " ", "/", " ")
)

var (
	apostrophe = regexp.MustCompile(`(\pL)['’‘](\pL)`) // of L'Oreal
	quotes     = regexp.MustCompile(`(?:^|\s)['’‘]+|['’‘]+(?:\s|$)`)
	starred    = regexp.MustCompile(`(?i)\*\s+ST\s*`)
)

// folded is the text as it is compared, its parts kept apart by blanks where it
// was typed so; Fold alone would join Chinese ones.
func folded(s string) []string {
	var out []string
	s = apostrophe.ReplaceAllString(around.Replace(fullWidth(s)), "$1'$2")
	s = starred.ReplaceAllString(s, "*ST")
	for _, f := range strings.Fields(quotes.ReplaceAllString(s, " ")) {
		for _, p := range strings.Fields(parted.Replace(f)) {
			if p = text.Fold(p); p != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

// fullWidth makes full-width ASCII half.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - ('！' - '!')
		}
		return r
	}, s)
}

// resolve reads the longest beginning of the text that is all of a code or
// name; what stands behind it are filters. Where none is, names are looked for
// in the whole of it.
func (b *book) resolve(q Query) Resolved {
	parts := folded(q.Text)
	if len(parts) == 0 {
		return Resolved{}
	}
	for _, parts := range [][]string{parts, marketApart(parts)} {
		for n := len(parts); n > 0; n-- {
			head := text.Fold(strings.Join(parts[:n], " "))
			if found, sure := b.exact(head); len(found) > 0 {
				return b.behind(head, found, sure, parts[n:], q.Now)
			}
		}
	}
	return b.inside(parts, q.Now)
}

// behind reads what stands behind a code or name that means one of found.
// Chinese words behind a blank begin anew; Latin ones may go on with a name:
// Apple Hospitality is not Apple.
func (b *book) behind(head string, found []*listing, sure bool, parts []string, now time.Time) Resolved {
	var out Resolved
	rest, market := marketIn(parts)
	rest, others, same := b.others(rest, found)
	if !sure {
		found = b.listed(found, market, same)
	}
	left := b.filter(&out, rest, now)
	goesOn := left != "" && (letter(rune(left[0])) && !strings.ContainsFunc(head, text.IsHan) || !slices.ContainsFunc(parts, func(p string) bool { return len([]rune(p)) > 1 }))
	switch {
	case len(found) > 1 || len(others) > 0, !sure && goesOn, tiny.MatchString(head):
		out.offer(append(found, others...))
	default:
		out.Security, out.Ignored = found[0].Security, left
	}
	return out
}

// tiny is a number that is more often a slip than a code.
var tiny = regexp.MustCompile(`^\d{1,2}$`)

// markets are the words for where a company is listed.
var (
	marketWord = regexp.MustCompile(`^(?:(h|h股|港股|香港)|(a|a股)|(美股|adr))$`)
	marketEnd  = regexp.MustCompile(`^(.*\p{Han})(h|h股|港股|a股|美股|adr)$`)
)

// marketApart parts the word for a market from the name before it.
func marketApart(parts []string) []string {
	m := marketEnd.FindStringSubmatch(parts[0])
	if m == nil {
		return nil
	}
	return append([]string{m[1], m[2]}, parts[1:]...)
}

// marketIn takes the word for a market off the head of the filters.
func marketIn(parts []string) (rest []string, market *regexp.Regexp) {
	if len(parts) == 0 {
		return parts, nil
	}
	m := marketWord.FindStringSubmatch(parts[0])
	switch {
	case m == nil:
		return parts, nil
	case m[1] != "":
		return parts[1:], hongKong
	case m[2] != "":
		return parts[1:], mainland
	}
	return parts[1:], newYork
}

var (
	hongKong = regexp.MustCompile(`\.HK$`)
	mainland = regexp.MustCompile(`\.(?:SH|SZ|BJ)$`)
	newYork  = regexp.MustCompile(`\.US$`)
)

// listed chooses among the listings of a company: the one whose code stands
// beside the name, or those of the market that is named.
func (b *book) listed(found []*listing, market *regexp.Regexp, same *listing) []*listing {
	if same != nil {
		return []*listing{same}
	}
	var out []*listing
	for i := range b.listings {
		l := &b.listings[i]
		if market != nil && market.MatchString(l.Code) && security.Name(l.Name) == security.Name(found[0].Name) {
			out = append(out, l)
		}
	}
	if len(out) > 0 {
		return out
	}
	return found
}

// broker ends the name of a house, which behind a company is asked for its
// view even where the scope has no report of it.
var broker = regexp.MustCompile(`证券$|(?i:securities)$`)

// others takes the securities named in the rest out of it. Those that were
// found already, and houses, are none; same is another listing of the company
// found.
func (b *book) others(rest []string, found []*listing) (left []string, out []*listing, same *listing) {
	if len(rest) == 0 {
		return nil, nil, nil
	}
	s := strings.Join(rest, " ")
	for _, m := range b.directory.Find(s) {
		l := b.lookup(m.Security)
		if l == nil || b.house(m) || len(found) > 0 && broker.MatchString(m.Words) {
			continue
		}
		s = strings.Replace(s, m.Words, " ", 1)
		switch {
		case slices.ContainsFunc(found, func(f *listing) bool { return security.Name(f.Name) == security.Name(l.Name) }):
			if strings.HasPrefix(m.Words, numberOf(l.Security)) || strings.HasSuffix(m.Words, numberOf(l.Security)) {
				same = l
			}
		case !slices.Contains(append(found, out...), l):
			out = append(out, l)
		}
	}
	return strings.Fields(s), out, same
}

// house reports whether a mention is rather the name of a publisher.
func (b *book) house(m security.Mention) bool { return b.publisher(m.Words) }

// inside looks for names in a text that does not begin with one.
func (b *book) inside(parts []string, now time.Time) Resolved {
	var out Resolved
	rest, found, _ := b.others(parts, nil)
	left := b.filter(&out, rest, now)
	words := text.Fold(strings.Join(parts, " "))
	switch {
	case len(found) == 1 && left == "":
		out.Security = found[0].Security
		return out
	case len(found) > 0:
		out.offer(append(b.holding(words), found...))
		return out
	}
	for _, w := range []string{words, left} {
		if w == "" {
			continue
		}
		if near := b.elsewhere(w); len(near) > 0 {
			out.offer(near)
			return out
		}
		if near := b.holding(w); len(near) > 0 && !b.publisher(w) {
			out.offer(near)
			return out
		}
	}
	for _, l := range b.nearest(words) {
		out.Nearest = append(out.Nearest, l.Security)
	}
	return out
}

// offer makes the listings the candidates, each once, covered ones first.
func (r *Resolved) offer(all []*listing) {
	slices.SortStableFunc(all, func(a, b *listing) int { return min(b.reports, 1) - min(a.reports, 1) })
	for _, l := range all {
		if len(r.Candidates) < mostCandidates && !slices.Contains(r.Candidates, l.Security) {
			r.Candidates = append(r.Candidates, l.Security)
		}
	}
}

var (
	// polite is what people write around a company that says nothing
	polite = regexp.MustCompile(`请问|帮我|给我|查一下|看一下|查查|看看|查询|怎么样|怎么看|如何|最新|股票|股价|个股|公司|代码|覆盖|一下|情况|观点|概览|汇总|查|看|的|呢|吗|有哪些|研报|报告|点评|评级|目标价|盈利预测|` +
		`\b(?:please|show|me|the|ticker|stock|share|shares|price|target|rating|ratings|coverage|card|for|on|of|what|about|is|are|which|reports?|latest|rated|common|ordinary|class|inc|ltd|corp)\b`)
	// spoken is what filters are made of besides houses and dates
	spoken  = regexp.MustCompile(`上调|下调|首次|维持|重申|首次覆盖|发布|以来|之后|\b(?:upgraded|downgraded|initiation of coverage|maintain|reiterat|since|from|in|by|during)\b`)
	letters = regexp.MustCompile(`[\p{L}\p{N}]`)
)

// unheard is the house that words name of which the scope has no report, "" for
// none: brokers are mostly listed companies, and 兴业 is one of them.
func (b *book) unheard(words string) string {
	switch {
	case b.publisher(words):
		return ""
	case broker.MatchString(words):
		return words
	}
	for i := range b.listings {
		if l := &b.listings[i]; broker.MatchString(l.Name) && question.ShortPublisher(l.Name) == words {
			return l.Name
		}
	}
	return ""
}

// filter reads the conditions behind a name into out and returns what of the
// text was not understood.
func (b *book) filter(out *Resolved, rest []string, now time.Time) (left string) {
	s := strings.Join(rest, " ")
	if s == "" {
		return ""
	}
	if now.IsZero() {
		now = time.Now()
	}
	r := question.Read(question.Filters(s), now, b.words, nil)
	out.Publishers, out.Ratings, out.Since, out.Until = r.Publishers, r.Ratings, r.Since, r.Until
	for _, p := range rest { // houses of which there is no report: nothing meets them
		if name := b.unheard(p); name != "" {
			out.Publishers = append(out.Publishers, name)
			r.Topic = strings.ReplaceAll(r.Topic, p, " ")
			s = strings.ReplaceAll(s, p, " ")
		}
	}
	left = r.Topic
	if left == "" {
		left = text.Fold(s)
		if len(r.Publishers) > 0 || r.Since != "" || r.Until != "" {
			left = "" // nothing but conditions
		}
	}
	for _, w := range out.Ratings {
		left = strings.ReplaceAll(left, text.Fold(w), " ")
	}
	left = strings.TrimSpace(polite.ReplaceAllString(spoken.ReplaceAllString(left, " "), " "))
	if !letters.MatchString(left) {
		return ""
	}
	return strings.Join(strings.Fields(parted.Replace(left)), " ")
}
