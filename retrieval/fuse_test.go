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
		{"both agree", "a10 b5", "a.9 b.1", 1, "a1.57 b-1.00"},
		{"they differ, words weigh more", "b10 a5", "a.9 b.1", 1, "b1.00 a-0.43"},
		{"and more", "b10 a5", "a.9 b.1", .5, "b1.00 a-0.71"},
		{"vectors weigh more", "b10 a5", "a.9 b.1", 5, "a1.86 b1.00"},
		{"no weight keeps the order of words", "b10 a5", "a.9 c.8 b.1", 0, "b1.00 a-1.00 c-1.00"},
		{"what words did not rank gets their lowest", "a10 b5", "c.9 d.1", 1, "a1.00 c-0.43 b-1.00 d-1.00"},
		{"scores count, not ranks", "a30 b10 c9 d9", "b.9 c.89 d.88 a.5", .5, "a1.73 b-0.50 c-0.61 d-0.61"},
		{"equal scores say nothing", "a5 b5", "b.9 a.1", 1, "b0.57 a0.00"},
		{"what does not stand out has no say", "a9 b8 c7", "c.9 b.9 a.9 d.9", 9, "a1.22 b0.00 c-1.22 d-1.22"},
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

// The fewer of its words the best word hit holds, the more vectors say about a
// question, from nothing on.
func TestSay(t *testing.T) {
	for coverage, want := range map[float64]float64{1: 0, 0.75: 0.89, 0.5: 4, 0.3: 15.56, 0.1: 180, 0: 180} {
		if got := say(coverage); math.Abs(got-want) > 0.005 {
			t.Errorf("say(%v) = %.2f, want %.2f", coverage, got, want)
		}
	}
	for n, want := range map[int]float64{1: 0, 2: 0.43, 10: 1.29, 50: 3, 1000: 3} {
		if got := threshold(n); math.Abs(got-want) > 0.005 {
			t.Errorf("threshold(%d) = %.2f, want %.2f", n, got, want)
		}
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
