package answer_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot/answer"
	"reportbot/ingest/chunk"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
)

// samples are the sample reports that need no PDF engine, whose start takes
// seconds, by file name.
func samples(t *testing.T) map[string][]report.Passage {
	t.Helper()
	files, err := filepath.Glob("../../ingest/testdata/reports/*")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]report.Passage{}
	reader := parse.NewReader("", parse.Limits{})
	for _, f := range files {
		if filepath.Ext(f) == ".pdf" {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := reader.Read(t.Context(), filepath.Base(f), b)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = chunk.Passages(r)
	}
	return out
}

// never is what stands in the samples beside what the analysts say.
var never = regexp.MustCompile(`(?i)二维码|交流群|免费|转发|声明|执业证书|分析师|disclos|certif|without written consent|institutional clients only`)

// Of every sample report: at most as many as asked for, whole sentences, each
// verbatim in its passage and on its page; no adverts, disclaimers, contacts.
// A report that sums itself up is quoted from there.
func TestKeyPointsOfSamples(t *testing.T) {
	whole := regexp.MustCompile(`[。！？；.!?;][”’」』）)"']*$`)
	for name, passages := range samples(t) {
		summed := false
		for _, p := range passages {
			summed = summed || strings.Contains(p.Header(), "投资要点") || p.Header() == "SUMMARY" || p.Header() == "Key takeaways"
		}
		for most := range 4 {
			points, risks := answer.KeyPoints(passages, most), answer.Risks(passages, most)
			if len(points) != most {
				t.Errorf("%s: %d key points of %d", name, len(points), most)
			}
			if len(risks) > most || most > 0 && len(risks) == 0 {
				t.Errorf("%s: %d risks of at most %d", name, len(risks), most)
			}
			for _, p := range append(points, risks...) {
				at := strings.Index(p.Passage.Text, p.Quote)
				switch {
				case at < 0 || p.Quote == "" || p.Text == "":
					t.Errorf("%s: %q is not in its passage", name, p.Quote)
				case p.Page != p.Passage.PageAt(at):
					t.Errorf("%s: %q on page %d, want %d", name, p.Quote, p.Page, p.Passage.PageAt(at))
				case !whole.MatchString(p.Text):
					t.Errorf("%s: %q is no whole sentence", name, p.Text)
				case never.MatchString(p.Text):
					t.Errorf("%s: %q is not of the report", name, p.Text)
				}
			}
			for _, p := range points {
				if h := p.Passage.Header(); summed && h != "投资要点" && h != "SUMMARY" && h != "Key takeaways" {
					t.Errorf("%s: %q is from %q, not from the summary", name, p.Text, h)
				}
				if strings.Contains(p.Text, "风险提示") {
					t.Errorf("%s: key point %q warns of risks", name, p.Text)
				}
			}
		}
	}
}

func TestKeyPoints(t *testing.T) {
	prose := func(path, text string) report.Passage {
		return report.Passage{ID: text, Path: []string{path}, Text: text, PageFrom: 3}
	}
	for _, tt := range []struct {
		why      string
		passages []report.Passage
		points   []string
		risks    []string
	}{
		{"the heading of a paragraph goes with its sentence", []report.Passage{prose("投资要点", "海外放量。公司上半年海外收入6.2亿元，同比增长80%。风险提示：汇率波动；关税上调。")},
			[]string{"海外放量。公司上半年海外收入6.2亿元，同比增长80%。"}, []string{"汇率波动；关税上调。"}},
		{"parts between semicolons are one sentence", []report.Passage{prose("", "公司收入12亿元，同比增长8%，"+strings.Repeat("略高于我们的预期", 12)+"；归母净利润2亿元，同比下降3%。")},
			[]string{"公司收入12亿元，同比增长8%，" + strings.Repeat("略高于我们的预期", 12) + "；归母净利润2亿元，同比下降3%。"}, nil},
		{"the end of a clause that began elsewhere is none", []report.Passage{prose("", "44.7%；归母净利润由2430万元增长到6612万元。\nand margins rose to 12% in the year.\nWe expect margins to reach 14% in FY27E.")},
			[]string{"We expect margins to reach 14% in FY27E."}, nil},
		{"a section of risks comes before notices in the text", []report.Passage{
			{Path: []string{"投资要点"}, Kind: report.Risk, Text: "风险提示：客户集中。"},
			{Path: []string{"风险提示"}, Kind: report.Risk, Text: "1. 客户集中：第一大客户收入占比26.4%；\n2. 芯片供应受限：库存约为5个月用量。"},
		}, nil, []string{"客户集中：第一大客户收入占比26.4%；", "芯片供应受限：库存约为5个月用量。"}},
		{"what stands around a report is no part of it", []report.Passage{
			prose("核心观点", "入群即送精选报告三千份，免费下载。\n本报告仅供客户使用，不构成任何投资建议。\n我们预计行业需求在三季度企稳回升。")},
			[]string{"我们预计行业需求在三季度企稳回升。"}, nil},
		{"nothing said twice", []report.Passage{prose("摘要", "我们预计2026年出货量达到365万套。"), prose("结论", "我们预计2026年出货量达到365万套。")},
			[]string{"我们预计2026年出货量达到365万套。"}, nil},
		{"numbers in brackets are not ours", []report.Passage{prose("摘要", "如文献[3]所示，我们预计因子在2026年继续有效。")},
			[]string{"如文献〔3〕所示，我们预计因子在2026年继续有效。"}, nil},
		{"a table alone has none", []report.Passage{{Kind: report.Table, Text: "项目\t2026E\n收入\t12"}}, nil, nil},
	} {
		text := func(points []answer.Point) (out []string) {
			for _, p := range points {
				out = append(out, p.Text)
			}
			return out
		}
		if d := cmp.Diff(text(answer.KeyPoints(tt.passages, 3)), tt.points); d != "" {
			t.Errorf("%s: key points (-got +want):\n%s", tt.why, d)
		}
		if d := cmp.Diff(text(answer.Risks(tt.passages, 3)), tt.risks); d != "" {
			t.Errorf("%s: risks (-got +want):\n%s", tt.why, d)
		}
	}
}

// A point is cited with what places it.
func TestPointCite(t *testing.T) {
	p := answer.KeyPoints([]report.Passage{{ID: "p", Number: "2.1", Path: []string{"估值", "目标价"}, PageFrom: 4, Text: "我们预计2026年收入达到12亿元。"}}, 1)[0]
	r := &report.Report{ID: "r", Title: "t", Publisher: "青岚证券", Published: "2026-08-28", Labels: []string{"", "", "", "2"}}
	want := report.Citation{N: 7, PassageID: "p", Report: r.Header(), SectionNumber: "2.1", SectionTitle: "目标价", Page: 4, PageLabel: "2", Quote: "我们预计2026年收入达到12亿元。"}
	if d := cmp.Diff(p.Cite(7, r), want); d != "" {
		t.Errorf("(-got +want):\n%s", d)
	}
}
