package ticker

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
)

const (
	mostSaid  = 3                // arguments, and risks, of a card
	writeTime = 20 * time.Second // for the model, of all houses together; nobody waits longer for a card
)

// argument is a sentence of a house with where it stands.
type argument struct {
	text string
	at   []place
}

// arguments takes what the newest report of each house says for itself and of
// its risks; houses share the places. A model's words take the place of a
// report's own if that is on the security alone.
func (m *maker) arguments(ctx context.Context) {
	var from []*view
	for i := range m.houses {
		for _, v := range m.houses[i].views {
			if len(v.about) > 0 {
				from = append(from, v)
				break
			}
		}
	}
	slices.SortStableFunc(from, func(a, b *view) int { return strings.Compare(b.r.Published, a.r.Published) })
	written := m.written(ctx, from)
	m.card.Points = m.share(from, func(v *view, most int) []argument {
		if w := written[v]; len(w) > 0 {
			return w[:min(len(w), most)]
		}
		return own(answer.KeyPoints(v.about, most))
	})
	m.card.Risks = m.share(from, func(v *view, most int) []argument { return own(answer.Risks(v.about, most)) })
	for _, p := range m.card.Points {
		m.card.Written = m.card.Written || slices.ContainsFunc(from, func(v *view) bool { return p.Publisher == v.r.Publisher && len(written[v]) > 0 })
	}
}

// own are sentences as they stand in a report.
func own(all []answer.Point) []argument {
	var out []argument
	for _, p := range all {
		out = append(out, argument{p.Text, []place{{passage: &p.Passage, page: p.Page, quote: p.Quote}}})
	}
	return out
}

// written has the model say what the first reports are about, all at once.
func (m *maker) written(ctx context.Context, from []*view) map[*view][]argument {
	out := map[*view][]argument{}
	if m.t.writer == nil {
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, v := range from[:min(len(from), mostSaid)] {
		if !v.own {
			continue
		}
		all.Go(func() {
			said := placed(v, m.t.writer.Write(ctx, v.r, v.passages, m.card.Lang))
			mu.Lock()
			defer mu.Unlock()
			out[v] = said
		})
	}
	all.Wait()
	return out
}

// placed finds the passages that a model's sentences cite; a sentence that
// cites none of the report's is left out.
func placed(v *view, said []Sentence) []argument {
	var out []argument
	for _, s := range said {
		a := argument{text: s.Text}
		for _, c := range s.Citations {
			if i := slices.IndexFunc(v.passages, func(p report.Passage) bool { return p.ID == c.PassageID }); i >= 0 {
				a.at = append(a.at, place{passage: &v.passages[i], page: c.Page, quote: c.Quote})
			}
		}
		if len(a.at) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// share takes the sentences of the views in turn.
func (m *maker) share(from []*view, read func(v *view, most int) []argument) []Said {
	all := make([][]argument, len(from))
	some := 0
	for i, v := range from {
		if all[i] = read(v, mostSaid); len(all[i]) > 0 {
			some++
		}
	}
	if some == 0 {
		return nil
	}
	quota := (mostSaid + some - 1) / some
	var out []Said
	for i, v := range from {
		if len(all[i]) > quota {
			all[i] = read(v, quota) // the best of them
		}
		for _, a := range all[i] {
			if len(out) == mostSaid {
				return out
			}
			s := Said{Text: a.text, Publisher: v.r.Publisher, Date: v.r.Published}
			for _, at := range a.at {
				s.Citations = append(s.Citations, m.cite(v, at))
			}
			out = append(out, s)
		}
	}
	return out
}
