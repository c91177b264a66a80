package question_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/security"
	"reportbot/retrieval/question"
)

var known = question.Known{
	Publishers: []string{"中信证券", "中信建投证券", "国泰君安", "海通证券", "华泰证券", "中金公司", "招商证券", "兴业证券", "浙商证券", "广发证券", "Morgan Stanley", "Goldman Sachs", "UBS"},
	Industries: []string{"电子", "计算机", "食品饮料", "医药生物", "银行", "房地产", "汽车", "电力设备", "有色金属", "通信", "传媒", "煤炭"},
}

// misread is how many of the phrasings may be read otherwise; exact, so that a
// change for better or worse is seen.
const misread = 3

// TestPhrasings reads the questions of the table. Half of it was written by
// somebody who has not seen the code.
func TestPhrasings(t *testing.T) {
	data, err := os.ReadFile("testdata/phrasings.tsv")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 8, 31, 9, 30, 0, 0, time.UTC)
	companies := security.NewDirectory()
	companies.AddKnown()
	all, wrong := 0, 0
	for l := range strings.Lines(string(data)) {
		text, want, ok := strings.Cut(strings.TrimSuffix(l, "\n"), "\t")
		if !ok || strings.HasPrefix(l, "#") {
			continue
		}
		all++
		named := companies.Find(text)
		if got := said(question.Read(text, now, known, words(named)), named); got != want {
			wrong++
			t.Logf("%s\n\tread %s\n\twant %s", text, got, want)
		}
	}
	t.Logf("%d of %d phrasings read right", all-wrong, all)
	if all < 150 || wrong != misread {
		t.Errorf("%d of %d phrasings misread, want %d", wrong, all, misread)
	}
}

func words(named []security.Mention) (out []string) {
	for _, m := range named {
		out = append(out, m.Words)
	}
	return out
}

// said is a reading as the table writes it.
func said(r question.Reading, named []security.Mention) string {
	var codes []string
	for _, m := range named {
		if !r.IsPublisher(m.Words) && !slices.Contains(codes, m.Code) {
			codes = append(codes, m.Code)
		}
	}
	history := ""
	if r.History {
		history = "yes"
	}
	var out []string
	for _, kv := range [][2]string{
		{"security", strings.Join(codes, ",")}, {"publisher", strings.Join(r.Publishers, ",")}, {"since", r.Since}, {"until", r.Until},
		{"period", strings.Join(r.Periods, ",")}, {"rating", strings.Join(r.Ratings, ",")}, {"action", strings.Join(r.Actions, ",")},
		{"industry", strings.Join(r.Industries, ",")}, {"history", history}, {"corpus", string(r.Corpus)},
	} {
		if kv[1] != "" {
			out = append(out, kv[0]+"="+strings.ReplaceAll(kv[1], " ", "_"))
		}
	}
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, " ")
}
