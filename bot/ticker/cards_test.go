package ticker_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"reportbot/bot/ticker"
	"reportbot/ingest/report"
)

// goldenRow is a row of testdata/cards.tsv, whose head says what it means.
type goldenRow struct{ code, kind, publisher, what, period, value, unit, date, page, note string }

// A card says what the sample reports say, as somebody took it down who did
// not see the code.
func TestCardsAreWhatTheReportsSay(t *testing.T) {
	d := samples(t)
	day := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	cards := map[string]ticker.Card{}
	kinds := map[string][3]int{} // right, wrong, not of a card
	for _, f := range rows(t, "cards.tsv") {
		for len(f) < 10 {
			f = append(f, "")
		}
		r := goldenRow{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9]}
		c, ok := cards[r.code]
		if !ok {
			var err error
			if c, err = d.Card(t.Context(), ticker.Query{Text: r.code, Scope: everything, Now: day}); err != nil || c.Status != ticker.Answered {
				t.Fatalf("card %s: %v %s", r.code, err, c.Reason)
			}
			cards[r.code] = c
		}
		n := kinds[r.kind]
		switch got, what := r.judge(&c); what {
		case held:
			n[0]++
		case missed:
			n[1]++
			t.Errorf("%v: got %s", f[:9], got)
		case beyond:
			n[2]++
		}
		kinds[r.kind] = n
	}
	total := [3]int{}
	for kind, n := range kinds {
		t.Logf("%-13s %d right, %d wrong, %d of what a card does not hold", kind, n[0], n[1], n[2])
		for i := range total {
			total[i] += n[i]
		}
	}
	t.Logf("all           %d right, %d wrong, %d of what a card does not hold", total[0], total[1], total[2])
}

// verdict is what became of a golden row.
type verdict int

const (
	held verdict = iota
	missed
	beyond // a metric or change that is no part of a card
)

func same(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

func (r *goldenRow) at(row ticker.Row) bool {
	return same(row.Publisher, r.publisher) && row.Date == r.date && slices.Contains(strings.Split(r.page, ","), strconv.Itoa(row.Page))
}

func (r *goldenRow) number() float64 {
	v, err := strconv.ParseFloat(r.value, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

func (r *goldenRow) year() string {
	y := strings.Trim(r.period, "FYEA")
	if len(y) == 2 {
		y = "20" + y
	}
	return y
}

func (r *goldenRow) judge(c *ticker.Card) (got string, v verdict) {
	switch r.kind {
	case "rating":
		for _, x := range c.Ratings {
			if same(x.Publisher, r.publisher) {
				got += x.Rating + " " + x.Action + " " + x.Date + " p" + strconv.Itoa(x.Page)
				if x.Rating == r.what && strings.HasPrefix(r.value, x.Action) && (x.Action != "" || r.value == "") && r.at(x.Row) {
					return got, held
				}
			}
		}
		return got, missed
	case "target":
		for _, x := range c.Targets {
			if same(x.Publisher, r.publisher) {
				got += strconv.FormatFloat(x.Value, 'f', 2, 64) + " " + x.Currency + " " + x.Date + " p" + strconv.Itoa(x.Page)
				if x.Value == r.number() && x.Currency == r.unit && r.at(x.Row) {
					return got, held
				}
			}
		}
		return got, missed
	case "forecast":
		return r.forecast(c)
	case "superseded":
		return r.superseded(c)
	case "disagreement":
		return r.disagreement(c)
	case "stale":
		ok := len(c.Ratings) == 1 && c.Ratings[0].Stale
		return "stale ratings", verdictOf(ok)
	case "none":
		return r.none(c)
	}
	return r.count(c)
}

func verdictOf(ok bool) verdict {
	if ok {
		return held
	}
	return missed
}

func (r *goldenRow) forecast(c *ticker.Card) (string, verdict) {
	if !slices.Contains([]string{"revenue", "net_profit", "eps", "pe"}, r.what) {
		return "", beyond
	}
	if strings.HasPrefix(r.note, "adjusted") || strings.HasPrefix(r.note, "in prose: shares trade") {
		return "", beyond // facts keep adjusted figures apart; a multiple in passing is no forecast
	}
	got := ""
	for _, f := range c.Forecasts {
		if string(f.Metric) == r.what && f.Period == r.year() && same(f.Publisher, r.publisher) {
			got += strconv.FormatFloat(f.Value, 'f', 2, 64) + f.Unit + " " + f.Date + " p" + strconv.Itoa(f.Page) + " "
			if f.Value == r.number() && r.at(f.Row) {
				return got, held
			}
		}
	}
	if strings.HasSuffix(r.period, "A") && got == "" {
		return got, held // a card may leave out the past
	}
	return got, missed
}

// superseded rows must not be shown as current.
func (r *goldenRow) superseded(c *ticker.Card) (string, verdict) {
	for _, x := range c.Ratings {
		if same(x.Publisher, r.publisher) && x.Rating == r.what && x.Date == r.date {
			return x.Rating, missed
		}
	}
	for _, x := range c.Targets {
		if r.what == "target" && same(x.Publisher, r.publisher) && x.Value == r.number() {
			return r.value, missed
		}
	}
	for _, f := range c.Forecasts {
		if string(f.Metric) == r.what && f.Period == r.year() && same(f.Publisher, r.publisher) && f.Value == r.number() {
			return r.value, missed
		}
	}
	return "", held
}

func (r *goldenRow) disagreement(c *ticker.Card) (string, verdict) {
	kinds := map[string][2]ticker.Kind{
		"rating": {ticker.Ratings, ticker.RatingChanged}, "target": {ticker.Targets, ticker.TargetChanged},
		"revenue": {ticker.Estimates}, "net_profit": {ticker.Estimates}, "eps": {ticker.Estimates},
	}
	if r.what == "rating" && strings.Contains(r.value, "|") {
		a, b, _ := strings.Cut(r.value, "|")
		if ticker.ClassOf(a) == ticker.ClassOf(b) {
			return "", beyond // a step apart on the same side
		}
	}
	kind, ok := kinds[r.what]
	changed := strings.Contains(r.value, ">")
	if !ok || changed && r.what != "rating" && r.what != "target" {
		return "", beyond
	}
	values := strings.FieldsFunc(r.value, func(r rune) bool { return r == '|' || r == '>' })
	values = values[len(values)-2:]
	widest := false
	for _, d := range c.Disagreements {
		if d.Kind == ticker.Estimates && string(d.Metric) == r.what && d.Period != r.year() {
			widest = true // the card shows the year in which they are furthest apart
		}
		want := kind[0]
		if changed {
			want = kind[1]
		}
		if d.Kind != want || d.Metric != "" && (string(d.Metric) != r.what || d.Period != r.year()) {
			continue
		}
		var sides []string
		for _, s := range d.Sides {
			x := s.Rating
			if x == "" {
				x = strconv.FormatFloat(s.Value, 'f', 2, 64)
			}
			sides = append(sides, strings.TrimSuffix(strings.TrimSuffix(x, "0"), "0"))
		}
		have := 0
		for _, v := range values {
			if strings.Contains(v, ".") {
				v = strings.TrimSuffix(strings.TrimSuffix(v, "0"), "0")
			}
			if slices.Contains(sides, v) {
				have++
			}
		}
		if have == 2 && len(d.Citations) > 0 && (!changed || same(d.Sides[1].Publisher, r.publisher)) {
			return d.Text, held
		}
	}
	if widest {
		return "", beyond
	}
	return "nothing", missed
}

func (r *goldenRow) none(c *ticker.Card) (string, verdict) {
	switch r.what {
	case "rating":
		return "a rating", verdictOf(!slices.ContainsFunc(c.Ratings, func(x ticker.Rating) bool { return same(x.Publisher, r.publisher) }))
	case "target":
		return "a target", verdictOf(!slices.ContainsFunc(c.Targets, func(x ticker.Target) bool { return same(x.Publisher, r.publisher) }))
	case "disagreement":
		return "a disagreement", verdictOf(!slices.ContainsFunc(c.Disagreements, func(d ticker.Disagreement) bool { return d.Sides[0].Publisher != d.Sides[1].Publisher }))
	}
	return "a figure", verdictOf(!slices.ContainsFunc(c.Forecasts, func(f ticker.Forecast) bool {
		return f.Metric == report.Metric(r.what) && same(f.Publisher, r.publisher)
	}))
}

func (r *goldenRow) count(c *ticker.Card) (string, verdict) {
	n := -1
	rating, rated := strings.CutPrefix(r.what, "rated ")
	switch {
	case r.what == "reports":
		n = c.Counts.All
	case r.what == "houses":
		n = len(c.Ratings)
	case r.what == "targets":
		n = len(c.Targets)
	case rated:
		n = 0
		for _, x := range c.Ratings {
			if x.Rating == rating {
				n++
			}
		}
	}
	return strconv.Itoa(n), verdictOf(strconv.Itoa(n) == r.value)
}
