package answer

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/report"
)

// tenSentences is a desk of eight passages as long as they come, and ten
// sentences of them with the report each is from.
func tenSentences() (m *memory, says [][2]string) {
	m = &memory{}
	for i := range 8 {
		var facts []string
		for k := range 7 {
			facts = append(facts, "澜海储能第"+itoa(i+1)+"号基地"+itoa(2015+k)+"年储能系统出货量为"+itoa(130+17*k+7*i)+"."+itoa(k)+"GWh，同比增长"+itoa(11+k)+"."+itoa(i)+"%，公司预计下一年度产能利用率维持高位。海外大储需求旺盛，渠道库存处于低位，下游排产积极，盈利能力有望保持稳定。")
		}
		title := "澜海储能：产能跟踪之" + itoa(i+1)
		m.add(report.Report{ID: "r" + itoa(i), Title: title, Publisher: "青岚证券", Published: "2026-0" + itoa(i+1) + "-11"}, strings.Join(facts, ""))
		for k := range 1 + i/6 { // ten in all
			said, _, _ := strings.Cut(facts[3*k+1], "，公司预计")
			says = append(says, [2]string{said, title})
		}
	}
	return m, says
}

// BenchmarkAnswerTen times all of an answer that is not the model: reading the
// question, the prompt, cutting, checking and citing ten sentences over eight
// passages. A sentence without its marker is held against every passage.
func BenchmarkAnswerTen(b *testing.B) {
	const question = "澜海储能的储能系统出货量是多少？"
	for _, marked := range []bool{true, false} {
		b.Run(map[bool]string{true: "marked", false: "unmarked"}[marked], func(b *testing.B) {
			m, says := tenSentences()
			model := &scripted{}
			a := New(m.searcher(b), model, nil, Options{})
			if _, err := a.Answer(b.Context(), queryOf(question)); err != nil { // to see the numbers
				b.Fatal(err)
			}
			for _, s := range says {
				n := regexp.MustCompile(`<src-\w+ (\d)>\n[^\n]*` + s[1]).FindStringSubmatch(model.asked[0].User)
				model.says += s[0] + map[bool]string{true: "[" + n[1] + "]"}[marked] + "。\n"
			}
			var took, own []time.Duration
			for b.Loop() {
				out, err := a.Answer(b.Context(), queryOf(question))
				if err != nil || len(out.Claims) != 10 {
					b.Fatalf("%d claims of %q, %v, want ten", len(out.Claims), model.says, err)
				}
				took, own = append(took, out.Timings.Answer), append(own, out.Timings.Own)
			}
			b.ReportMetric(p95(took), "p95-ms")
			b.ReportMetric(p95(own), "own-p95-ms")
		})
	}
}

// p95 is the 95th percentile in milliseconds.
func p95(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[(len(d)*95)/100].Microseconds()) / 1000
}
