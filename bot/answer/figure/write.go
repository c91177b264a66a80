package figure

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// between writes how one figure, the zero fact for none, became another.
// Figures in different units or currencies are not worked out.
func (a Ask) between(s Source, from, to report.Fact, lang string) (written, bool) {
	if from.Metric == "" || from.Unit != to.Unit || from.Currency != to.Currency {
		return written{}, false
	}
	formula, value, ok := a.formula(from, to, lang)
	if !ok {
		return written{}, false
	}
	line := head(s) + named(from) + " " + amount(from) + " → " + named(to) + " " + amount(to) + sep(lang) + formula
	return written{Line{line, []report.Fact{from, to}}, value, "%"}, true
}

func sep(lang string) string {
	if lang == "zh" {
		return "："
	}
	return ": "
}

// formula writes the growth in per cent as (b − a) / a, the growth a year as
// (b / a)^(1/n) − 1, and the change of what is in per cent in points. From
// nothing or a loss no growth is worked out, only the difference.
func (a Ask) formula(from, to report.Fact, lang string) (s string, value float64, ok bool) {
	x, y := printed(from), printed(to)
	switch {
	case strings.HasSuffix(from.Unit, "%"):
		points := map[string]string{"zh": " 个百分点", "en": " percentage points"}[lang]
		d := to.Value - from.Value
		return fmt.Sprintf("%s%% − %s%% = %s%s", y, x, signed(d, decimals(x, y)), points), d, true
	case from.Value <= 0:
		d := to.Value - from.Value
		return fmt.Sprintf("%s − %s = %s%s", y, bracketed(x), signed(d, decimals(x, y)), from.Unit), d, true
	case a.kind == compound:
		n, ok := years(from.Period, to.Period)
		if !ok || to.Value <= 0 {
			return "", 0, false
		}
		g := 100 * (math.Pow(to.Value/from.Value, 1/float64(n)) - 1)
		return fmt.Sprintf("(%s / %s)^(1/%d) − 1 = %s%%", y, x, n, signed(g, 1)), g, true
	}
	g := 100 * (to.Value - from.Value) / from.Value
	return fmt.Sprintf("(%s − %s) / %s = %s%%", bracketed(y), x, x, signed(g, 1)), g, true
}

var wholeYear = regexp.MustCompile(`^(?:19|20)\d\d$`)

// years counts from one whole year to a later one.
func years(from, to string) (int, bool) {
	if !wholeYear.MatchString(from) || !wholeYear.MatchString(to) {
		return 0, false
	}
	a, _ := strconv.Atoi(from) // digits alone
	b, _ := strconv.Atoi(to)
	return b - a, b > a
}

// head names the house and the day, which are as much of a figure as its unit.
func head(s Source) string {
	return strings.TrimSpace(s.Publisher+" "+s.Published) + " "
}

// named is the metric as printed, without brackets, under its period: 2026E
// for a forecast, 2025A for what was reported.
func named(f report.Fact) string {
	name := strings.TrimSpace(unitBracket.ReplaceAllString(f.Label, ""))
	switch {
	case f.Period == "":
		return name
	case f.Forecast:
		return f.Period + "E " + name
	}
	return f.Period + "A " + name
}

var unitBracket = regexp.MustCompile(`[(（\[【][^()（）\[\]【】]*[)）\]】]`)

// amount is a figure with its unit, and its currency where the unit has none.
func amount(f report.Fact) string {
	n := printed(f)
	if f.Currency != "" && f.Currency != "CNY" && !strings.Contains(f.Unit, "元") {
		n = f.Currency + " " + n
	}
	if latin.MatchString(f.Unit) {
		return n + " " + f.Unit
	}
	return n + f.Unit
}

// latin finds units that stand apart from their figure: 1,234 mn.
var latin = regexp.MustCompile(`^[A-Za-z].`)

var figureIn = regexp.MustCompile(`[(（]?[-−+]?\d[\d,]*(?:\.\d+)?[)）]?`)

// printed is the figure as the report prints it.
func printed(f report.Fact) string {
	for _, s := range figureIn.FindAllString(f.Quote, -1) {
		bare := strings.Trim(s, "()（）")
		for _, form := range []string{s, bare} {
			if n, ok := text.ParseNumber(form); ok && n.Value == f.Value {
				return strings.ReplaceAll(form, "-", "−")
			}
		}
	}
	return strings.ReplaceAll(strconv.FormatFloat(f.Value, 'f', -1, 64), "-", "−")
}

// bracketed sets a negative figure apart from the sign before it.
func bracketed(s string) string {
	if strings.HasPrefix(s, "−") {
		return "(" + s + ")"
	}
	return s
}

// decimals is how many decimals the more exact of two figures has.
func decimals(x, y string) int {
	n := 0
	for _, s := range []string{x, y} {
		if _, after, ok := strings.Cut(strings.Trim(s, "()"), "."); ok {
			n = max(n, len(after))
		}
	}
	return n
}

// signed writes a change with its sign.
func signed(v float64, digits int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	switch {
	case strings.Trim(s, "0.") == "":
		return s
	case v < 0:
		return "−" + s
	}
	return "+" + s
}
