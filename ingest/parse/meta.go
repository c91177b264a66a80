package parse

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// head is what metadata is read from: the paragraphs of the first page, or
// of the beginning where the format has no pages, before any is left out.
type head struct {
	name  string // file name without folder and extension
	first []para // of page 1
	all   []para
	body  float64 // usual font size, 0 when unknown
	r     *report.Report
}

// describe fills the report's metadata from its text; the file name fills
// only what the text does not say.
func describe(r *report.Report, name string, ps []para) {
	base := filepath.Base(name)
	h := head{name: strings.TrimSuffix(base, filepath.Ext(base)), all: ps, r: r}
	h.first, h.body = firstPage(ps), bodySize(ps)
	r.Language = language(ps)
	h.title()
	h.published()
	h.publisher()
	h.analysts()
	h.securities()
	h.rating()
	h.actionBefore()
	h.target()
	h.price()
	h.related()
	h.industry()
}

func (h *head) read(field string, p *para) {
	h.r.Read = append(h.r.Read, report.Reading{Field: field, Page: p.page, Text: clip(p.text, 80)})
}

func clip(s string, n int) string {
	r := []rune(strings.TrimSpace(s))
	return string(r[:min(n, len(r))])
}

// firstPage returns the paragraphs of the first page that has a fair amount
// of text (covers may have none), or the first 1,500 characters of a format
// without pages.
func firstPage(ps []para) []para {
	var out []para
	runes, page := 0, 0
	for i := range ps {
		if ps[i].role != report.Body && ps[i].role != report.Front || ps[i].drop == dropWatermark || ps[i].drop == dropChart {
			continue
		}
		if ps[i].page != page && runes > 200 || ps[i].page == 0 && (len(out) >= 40 || runes > 1500) {
			break
		}
		page = ps[i].page
		runes += ps[i].runes()
		out = append(out, ps[i])
	}
	return out
}

// language is zh when at least a tenth of the letters are Han characters.
func language(ps []para) string {
	han, letters := 0, 0
	for i := range ps {
		for _, r := range ps[i].text {
			if unicode.IsLetter(r) {
				letters++
				if text.IsHan(r) {
					han++
				}
			}
		}
	}
	if han*10 >= letters && han > 0 {
		return "zh"
	}
	return "en"
}

// dropReading forgets where a field was read, for a better reading.
func (h *head) dropReading(field string) {
	h.r.Read = slices.DeleteFunc(h.r.Read, func(r report.Reading) bool { return r.Field == field })
}
