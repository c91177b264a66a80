package ticker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// maker makes one card.
type maker struct {
	t        *Ticker
	book     *book
	security report.Security
	now      time.Time
	houses   []house
	viewed   []*report.Report
	cited    map[string]int // report, page and quote -> N
	card     Card
}

// house is what one publisher says, newest report first.
type house struct {
	name  string
	views []*view
}

// Card makes the card of a query. An error is one of the corpus; a query that
// leads to no card has a status and a reason that says why.
//
// All that a card says is of reports as they were at one moment: where one
// changes while it is made, it is made again.
func (t *Ticker) Card(ctx context.Context, q Query) (Card, error) {
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	for range tries {
		b, err := t.book(ctx, q.Scope)
		if err != nil {
			return Card{}, fmt.Errorf("ticker: %w", err)
		}
		c, err := t.card(ctx, q, b)
		if !errors.Is(err, errChanged) {
			return c, err
		}
	}
	return Card{}, fmt.Errorf("ticker %q: %w each of %d times it was read", q.Text, errChanged, tries)
}

// tries is how often a card is begun: a try takes some ten milliseconds, and a
// report on the security must change in each.
const tries = 5

// errChanged: a report that a card draws on is another one now, or gone.
var errChanged = errors.New("a report on it was replaced")

// card makes a card out of a book.
func (t *Ticker) card(ctx context.Context, q Query, b *book) (Card, error) {
	r := b.resolve(q)
	m := &maker{t: t, book: b, security: r.Security, now: q.Now, cited: map[string]int{}}
	m.card = Card{Lang: cmp.Or(q.Lang, m.language(q.Text)), Security: r.Security, Candidates: r.Candidates, Nearest: r.Nearest}
	for i := range b.listings {
		m.card.Covered += min(1, b.listings[i].reports)
	}
	if m.refuse(q, r) {
		return m.card, nil
	}
	if err := m.read(ctx, r); err != nil {
		return Card{}, fmt.Errorf("ticker %s: %w", keyOf(r.Security), err)
	}
	// Before a model is shown anything, and anything of it is told.
	if same, err := t.corpus.Unchanged(ctx, m.viewed); err != nil || !same {
		return Card{}, cmp.Or(err, errChanged)
	}
	if len(m.houses) == 0 {
		m.empty(r)
		return m.card, nil
	}
	m.card.Status, m.card.Note = Answered, m.note(r)
	m.ratings()
	m.targets()
	m.forecasts()
	m.arguments(ctx)
	m.disagreements()
	m.timeline()
	return m.card, nil
}

// language is that of a Chinese text, else that of the newest report on the
// security, else that of a name in letters, else that of most reports: codes
// have none.
func (m *maker) language(s string) string {
	if strings.ContainsFunc(s, text.IsHan) {
		return "zh"
	}
	en := 0
	certain := m.security != (report.Security{})
	for _, r := range m.book.reports {
		if certain && m.covered(r) && r.Language != "" {
			return r.Language
		}
		if r.Language == "en" {
			en++
		}
	}
	words := text.Fold(s)
	code := certain && strings.Contains(words, numberOf(m.security))
	if !code && strings.ContainsFunc(words, letter) || 2*en > len(m.book.reports) {
		return "en"
	}
	return "zh"
}

func (m *maker) covered(r *report.Report) bool {
	return slices.ContainsFunc(r.Securities, func(s report.Security) bool { return m.book.is(s, m.security) })
}

// read reads the reports that cover the security and meet the filters.
func (m *maker) read(ctx context.Context, r Resolved) error {
	at := map[string]int{}
	for _, rep := range m.book.reports {
		if !r.admits(rep) {
			continue
		}
		if !m.covered(rep) {
			if slices.ContainsFunc(rep.Mentions, func(s report.Security) bool { return m.book.is(s, m.security) }) {
				m.card.Mentions++
			}
			continue
		}
		m.viewed = append(m.viewed, rep)
		v, err := m.view(ctx, rep)
		if err != nil {
			return err
		}
		if !v.covers() {
			m.card.Mentions++
			if len(v.about) == 0 {
				continue
			}
		}
		name := text.Fold(rep.Publisher)
		i, ok := at[name]
		if !ok {
			i, at[name] = len(m.houses), len(m.houses)
			m.houses = append(m.houses, house{name: rep.Publisher})
		}
		m.houses[i].views = append(m.houses[i].views, v)
	}
	if len(r.Ratings) > 0 {
		m.houses = slices.DeleteFunc(m.houses, func(h house) bool {
			v := h.rated(0)
			return v == nil || !slices.ContainsFunc(r.Ratings, func(w string) bool { return text.Fold(w) == text.Fold(v.rating) })
		})
	}
	m.reports()
	return nil
}

// admits reports whether a report meets the filters on houses and dates.
func (r *Resolved) admits(rep *report.Report) bool {
	return (len(r.Publishers) == 0 || slices.Contains(r.Publishers, rep.Publisher)) &&
		(r.Since == "" || rep.Published >= r.Since) && (r.Until == "" || rep.Published != "" && rep.Published <= r.Until)
}

// reports lists the reports of the houses and counts them.
func (m *maker) reports() {
	for _, h := range m.houses {
		for i, v := range h.views {
			if !v.covers() {
				continue
			}
			m.card.Reports = append(m.card.Reports, Coverage{
				Header: v.r.Header(), Shared: !v.own, Old: i > 0 && v.r.Published < h.views[0].r.Published, Stale: m.stale(v.r.Published),
			})
		}
	}
	slices.SortStableFunc(m.card.Reports, func(a, b Coverage) int { return strings.Compare(b.Published, a.Published) })
	for _, r := range m.card.Reports {
		m.card.Counts.All++
		for days, n := range map[int]*int{30: &m.card.Counts.Days30, 90: &m.card.Counts.Days90, 365: &m.card.Counts.Days365} {
			if r.Published > m.before(days) && r.Published <= m.before(0) {
				*n++
			}
		}
	}
}

// staleDays is the age from which on a row is marked: two reporting seasons.
const staleDays = 180

// before is the day so many days ago.
func (m *maker) before(days int) string { return m.now.AddDate(0, 0, -days).Format(time.DateOnly) }

func (m *maker) stale(day string) bool { return day != "" && day < m.before(staleDays) }

// row is what all rows have, with its citation.
func (m *maker) row(v *view, at place) Row {
	return Row{Publisher: v.r.Publisher, Date: v.r.Published, ReportID: v.r.ID, Page: at.page, Citation: m.cite(v, at), Stale: m.stale(v.r.Published)}
}

// cite returns the number of the citation of a place, the same for the same
// words.
func (m *maker) cite(v *view, at place) int {
	key := fmt.Sprintf("%s %d %s", v.r.ID, at.page, at.quote)
	if n := m.cited[key]; n > 0 {
		return n
	}
	n := len(m.card.Citations) + 1
	c := report.Citation{N: n, Report: v.r.Header(), Page: at.page, PageLabel: v.r.OtherLabel(at.page), Quote: at.quote}
	if p := at.passage; p != nil {
		c.PassageID, c.SectionNumber, c.SectionTitle = p.ID, p.Number, p.SectionTitle()
	}
	m.card.Citations = append(m.card.Citations, c)
	m.cited[key] = n
	return n
}
