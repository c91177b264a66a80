package digest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Corpus is where reports are read. It is safe for concurrent use.
type Corpus interface {
	// ReportPassages returns those of a report in reading order, none for a
	// report that is gone.
	ReportPassages(ctx context.Context, id string) ([]report.Passage, error)
	// Facts returns those of a report in the order they were read.
	Facts(ctx context.Context, id string) ([]report.Fact, error)
}

// The bounds of a digest. What is beyond the first is named by its title, what
// is beyond both is counted: nobody reads more, and a first ingest may bring
// thousands at once.
const (
	mostItems   = 120
	mostFurther = 200
	bullets     = 3
)

// Compose makes a digest of the reports in fresh. all are the reports to be
// seen, of which the older ones tell what a new one changes; the order of
// neither matters. Only the Lang and Filter of as are taken over with its Slot,
// Due and Late.
// model, which may be nil, writes the points of reports.
func Compose(ctx context.Context, c Corpus, model *Model, fresh, all []*report.Report, as Digest) (Digest, error) {
	d := Digest{Lang: as.Lang, Slot: as.Slot, Due: as.Due, Late: as.Late, Filter: as.Filter, Example: as.Example, Total: len(fresh)}
	fresh = slices.Clone(fresh)
	slices.SortStableFunc(fresh, newestFirst)
	m := maker{ctx: ctx, corpus: c, model: model, before: index(all), d: &d}
	var cancel context.CancelFunc
	m.patience, cancel = context.WithTimeout(ctx, modelTime)
	defer cancel()
	for _, r := range fresh[min(len(fresh), mostItems):] {
		if len(d.Further) == mostFurther {
			break
		}
		d.Further = append(d.Further, r.Header())
	}
	fresh = fresh[:min(len(fresh), mostItems)]
	for _, r := range fresh {
		if err := m.change(r); err != nil {
			return Digest{}, err
		}
	}
	d.Groups = group(fresh)
	slices.SortStableFunc(d.Groups, func(a, b Group) int { return m.rank(a) - m.rank(b) })
	at := map[string]*report.Report{}
	for _, r := range fresh {
		at[r.ID] = r
	}
	for i := range d.Groups {
		for k := range d.Groups[i].Items {
			item := &d.Groups[i].Items[k]
			if err := m.points(item, at[item.Report.ID]); err != nil {
				return Digest{}, err
			}
		}
	}
	return d, nil
}

// newestFirst orders reports by day, then by house and title.
func newestFirst(a, b *report.Report) int {
	return cmp.Or(cmp.Compare(b.Published, a.Published), cmp.Compare(a.Publisher, b.Publisher), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
}

// maker is a digest in the making.
type maker struct {
	ctx      context.Context //nolint:containedctx // it lives no longer than Compose
	patience context.Context //nolint:containedctx // with the model
	corpus   Corpus
	model    *Model
	asked    int // how often the model was
	before   map[string][]*report.Report
	d        *Digest
}

// cite adds a citation and returns its number.
func (m *maker) cite(c report.Citation) int {
	for _, have := range m.d.Citations {
		if c.N = have.N; c == have {
			return have.N
		}
	}
	c.N = len(m.d.Citations) + 1
	m.d.Citations = append(m.d.Citations, c)
	return c.N
}

// points are the bullets of a report.
func (m *maker) points(item *Item, r *report.Report) error {
	passages, err := m.corpus.ReportPassages(m.ctx, r.ID)
	if err != nil {
		return err
	}
	if m.model != nil {
		said, asked := m.model.Sentences(m.patience, r, passages, m.d.Lang, m.asked < m.model.Most)
		if asked {
			m.asked++
		}
		for _, s := range said {
			b := Bullet{Text: s.Text}
			for _, c := range s.Citations {
				b.Citations = append(b.Citations, m.cite(c))
			}
			item.Bullets = append(item.Bullets, b)
		}
		if len(said) > 0 {
			m.d.Written++
			return nil
		}
	}
	for _, p := range answer.KeyPoints(passages, bullets) {
		item.Bullets = append(item.Bullets, Bullet{on(r, p.Passage.SectionTitle()), p.Text, []int{m.cite(p.Cite(0, r))}})
	}
	return nil
}

// on is the security that a section is about by its title, of a report on
// several: what is said there of 公司 needs its name. "" where none is named or
// several are.
func on(r *report.Report, title string) (name string) {
	if len(r.Securities) < 2 {
		return ""
	}
	for _, s := range r.Securities {
		if s.Name == "" || !strings.Contains(text.Fold(title), text.Fold(s.Name)) {
			continue
		}
		if name != "" {
			return ""
		}
		name = s.Name
	}
	return name
}

// group puts reports in groups, each report in one: by its security where it
// is about a single one, else by its industry.
func group(reports []*report.Report) []Group {
	var out []Group
	for _, r := range reports {
		g := Group{Industry: strings.TrimSpace(r.Industry)}
		if len(r.Securities) == 1 {
			g = Group{Security: r.Securities[0]}
		}
		item := Item{Report: r.Header(), Pages: r.Pages, Rating: r.Rating}
		i := slices.IndexFunc(out, func(o Group) bool {
			if g.Security != (report.Security{}) || o.Security != (report.Security{}) {
				return sameSecurity(g.Security, o.Security)
			}
			return text.Fold(o.Industry) == text.Fold(g.Industry)
		})
		if i < 0 {
			out = append(out, g)
			i = len(out) - 1
		}
		if len(g.Security.Code) > len(out[i].Security.Code) { // the one with its exchange
			out[i].Security.Code = g.Security.Code
		}
		out[i].Items = append(out[i].Items, item)
	}
	return out
}

// rank is the place of a group: securities whose rating or target changed,
// other securities, industries, the rest.
func (m *maker) rank(g Group) int {
	switch {
	case g.Security == report.Security{} && g.Industry == "":
		return 3
	case g.Security == report.Security{}:
		return 2
	}
	if slices.ContainsFunc(m.d.Changes, func(c Change) bool { return sameSecurity(c.Security, g.Security) }) {
		return 0
	}
	return 1
}
