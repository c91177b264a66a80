package answer

import (
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// What a model says of a report is checked sentence by sentence, and cited.
func TestSummaryByModel(t *testing.T) {
	r := &report.Report{ID: "r", Title: "二季度环比提速", Publisher: "青岚证券", Published: "2026-08-28"}
	passages := []report.Passage{
		{ID: "p1", ReportID: "r", Path: []string{"估值"}, PageFrom: 2, Text: "给予2027年31倍市盈率，目标价由46.80元上调至52.30元，维持“买入”评级。"},
		{ID: "p2", ReportID: "r", Path: []string{"投资要点"}, PageFrom: 1, Text: "上半年软件授权收入3.16亿元，同比增长183.0%，占收入的6.1%。我们预计2026年归母净利润10.32亿元。"},
	}
	const right, expected = "上半年软件授权收入3.16亿元，同比增长183.0%", "预计2026年归母净利润10.32亿元"
	for _, tt := range []struct{ why, says, want string }{
		{"the passage of the key points is first", right + "[1]。" + expected + "[1]。目标价由46.80元上调至52.30元[2]。", right + "。 [1] p2|" + expected + "。 [2] p2|目标价由46.80元上调至52.30元。 [3] p1"},
		{"a changed figure is withheld", right + "[1]。预计2026年归母净利润12.32亿元[1]。", right + "。 [1] p2"},
		{"no more than asked for", right + "[1]。" + expected + "[1]。目标价由46.80元上调至52.30元[2]。维持“买入”评级[2]。", right + "。 [1] p2|" + expected + "。 [2] p2|目标价由46.80元上调至52.30元。 [3] p1"},
		{"nothing stands", "公司前景光明。", ""},
	} {
		out, err := New(nil, &scripted{says: tt.says}, nil, Options{}).Summary(t.Context(), r, passages, 3, "zh")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range out.Claims {
			line := c.Marked()
			for _, k := range out.Citations {
				if k.N == c.Citations[0] {
					line += " " + k.PassageID
					if !strings.Contains(passages[0].Text+passages[1].Text, k.Quote) || k.Report.ID != "r" {
						t.Errorf("%s: citation %+v", tt.why, k)
					}
				}
			}
			got = append(got, line)
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, s, tt.want)
		}
		if out.Usage.PromptVersion != "summary_zh/1" || out.Usage.PromptTokens != 7 {
			t.Errorf("%s: usage %+v", tt.why, out.Usage)
		}
	}
	if _, err := New(nil, nil, nil, Options{}).Summary(t.Context(), r, passages, 3, "zh"); err == nil {
		t.Error("a summary without a model")
	}
	if _, err := New(nil, &scripted{says: right, err: errTooLong}, nil, Options{}).Summary(t.Context(), r, passages, 3, "zh"); err == nil {
		t.Error("a broken off summary is whole")
	}
}
