package bot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"reportbot/bot"
	"reportbot/ingest/parse"
	"reportbot/retrieval"
)

// BenchmarkHandle handles messages over 10,000 passages: the sample reports
// without PDFs, again and again under other names of company and house.
func BenchmarkHandle(b *testing.B) {
	d := many(b, 10_000)
	scope := retrieval.Scope{"default"}
	for _, c := range []struct {
		name string
		m    bot.Message
	}{
		{"question", bot.Message{Text: "星河智能7的目标价是多少？"}},
		{"wide", bot.Message{Text: "星河智能7的目标价是多少？", Wide: true}},
		{"reports", bot.Message{Kind: bot.Reports, Text: "7月以来 下调 算力 毛利率"}},
		{"help", bot.Message{Text: "你好"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.m.Scope, c.m.Now = scope, noon
			for b.Loop() {
				// a new bot has suggested nothing yet
				if r, err := bot.New(d.answerer(), d, nil, bot.Options{}).Handle(b.Context(), c.m); err != nil || r.Answer.Text == "" {
					b.Fatalf("%+v, %v", r, err)
				}
			}
		})
	}
}

func many(b *testing.B, passages int) desk {
	files, err := filepath.Glob("../ingest/testdata/reports/*")
	if err != nil {
		b.Fatal(err)
	}
	reader := parse.NewReader("", parse.Limits{})
	var entries []retrieval.Entry
	have := 0
	for i := 0; have < passages; i++ {
		for _, f := range files {
			if filepath.Ext(f) == ".pdf" {
				continue
			}
			data, err := os.ReadFile(f)
			if err != nil {
				b.Fatal(err)
			}
			e := read(b, reader, fmt.Sprint(i, "-", filepath.Base(f)), renamed(string(data), i))
			e.Report.Collection = "default"
			entries = append(entries, e)
			have += len(e.Passages)
		}
	}
	b.Logf("%d reports, %d passages", len(entries), have)
	return deskOf(b, entries)
}

// renamed is a report with its companies and houses numbered.
func renamed(s string, i int) []byte {
	for _, name := range []string{"星河智能", "云栖算力", "Zenquix", "FarSail", "望江", "青岚", "Beichen"} {
		s = strings.ReplaceAll(s, name, name+strconv.Itoa(i))
	}
	for _, code := range []string{"999230", "999519", "99988", "ZZQX"} {
		s = strings.ReplaceAll(s, code, code[:3]+strconv.Itoa(100+i))
	}
	return []byte(s)
}
