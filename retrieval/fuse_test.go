package retrieval

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// scored is a ranking from words such as "a10 b5".
func scored(s string) (out []Scored) {
	for f := range strings.FieldsSeq(s) {
		k := Scored{PassageID: f[:1], ReportID: "r" + f[:1]}
		fmt.Sscan(f[1:], &k.Score)
		out = append(out, k)
	}
	return out
}

func TestFuse(t *testing.T) {
	for _, c := range []struct {
		name, words, vectors string
		weight               float64
		want                 string
	}{
		{"nothing", "", "", 1, ""},
		{"words alone", "b9 a3", "", 1, "b9.00 a3.00"},
		{"vectors alone", "", "c.9 a.8", 1, "c0.90 a0.80"},
		{"both agree", "a10 b5", "a.9 b.1", 1, "a2.00 b-2.00"},
		{"they balance, IDs decide", "b10 a5", "a.9 b.1", 1, "a0.00 b0.00"},
		{"words weigh more", "b10 a5", "a.9 b.1", .5, "b0.50 a-0.50"},
		{"vectors weigh more", "b10 a5", "a.9 b.1", 2, "a1.00 b-1.00"},
		{"no weight keeps the order of words", "b10 a5", "a.9 c.8 b.1", 0, "b1.00 a-1.00 c-1.00"},
		{"one side's own get the other's lowest", "a10 b5", "c.9 d.1", 1, "a0.00 c0.00 b-2.00 d-2.00"},
		{"scores count, not ranks", "a30 b10 c9 d9", "b.9 c.89 d.88 a.5", .5, "a0.86 b-0.18 c-0.33 d-0.36"},
		{"equal scores say nothing", "a5 b5", "b.9 a.1", 1, "b1.00 a-1.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, k := range fuse(scored(c.words), scored(c.vectors), c.weight) {
				got = append(got, fmt.Sprintf("%s%.2f", k.PassageID, k.Score))
				sum := k.Score
				for _, part := range k.Parts {
					sum -= part
				}
				if k.Parts != nil && math.Abs(sum) > 1e-9 || k.ReportID != "r"+k.PassageID {
					t.Errorf("%+v is not the sum of its parts", k)
				}
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("fuse(%s; %s; %v) = %s, want %s", c.words, c.vectors, c.weight, got, c.want)
			}
		})
	}
}

func TestSortReports(t *testing.T) {
	var rs []*report.Report
	for _, s := range []string{"|||5", "2026-03-02|青岚|乙|4", "2026-03-02|青岚|甲|2", "2026-03-02|北辰|丙|3", "2026-03-02|青岚|乙|1", "2026-04-01|青岚|丁|6"} {
		f := strings.Split(s, "|")
		rs = append(rs, &report.Report{Published: f[0], Publisher: f[1], Title: f[2], ID: f[3]})
	}
	sortReports(rs)
	got := ""
	for _, r := range rs {
		got += r.ID
	}
	if got != "631425" {
		t.Errorf("order %s, want 631425: date from the newest, publisher, title, ID", got)
	}
}
