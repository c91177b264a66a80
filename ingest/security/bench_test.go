package security

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"reportbot/ingest/text"
)

// crowd is a list of n invented companies of three to five characters.
func crowd(n int) []Listed {
	const chars = "星河望川北屿澜海云栖沁源禾穗青岚寒江朗玥晨曦远帆玉岭霁林东野韩松"
	rs := []rune(chars)
	ls := make([]Listed, n)
	for i := range ls {
		name := string([]rune{rs[i%31], rs[i/31%31], rs[i/961%31]}) + []string{"科技", "股份", "智能", "能源"}[i%4]
		ls[i] = Listed{Code: fmt.Sprintf("%06d.SZ", i), Name: name, Aliases: []string{fmt.Sprintf("Company %d", i)}}
	}
	return ls
}

// passage is a text of about 500 characters that names three of the crowd.
func passage(ls []Listed) string {
	const filler = "报告期内公司实现营业收入12.3亿元，同比增长15%，毛利率较上年同期提升1.2个百分点；我们认为下游需求逐步恢复，"
	s := ls[17].Name + strings.Repeat(filler, 4) + ls[len(ls)/2].Name + strings.Repeat(filler, 4) + "（" + ls[len(ls)-1].Code + "）"
	return s
}

func BenchmarkFind(b *testing.B) {
	ls := crowd(10_000)
	d := NewDirectory()
	d.AddListed(ls, Given)
	s := passage(ls)
	b.Logf("%d characters, %d mentions", utf8.RuneCountInString(s), len(d.Find(s)))
	b.Run("trie", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d.Find(s)
		}
	})
	// What the simplest way costs: every name looked for in the folded text.
	b.Run("contains", func(b *testing.B) {
		names := make([]string, len(ls))
		for i, l := range ls {
			names[i] = Name(l.Name)
		}
		b.ReportAllocs()
		for b.Loop() {
			folded, n := text.Fold(s), 0
			for _, name := range names {
				if strings.Contains(folded, name) {
					n++
				}
			}
			if n == 0 {
				b.Fatal("nothing found")
			}
		}
	})
}

// BenchmarkIndex is what making 10,000 companies known costs, and what the
// first question after a change pays.
func BenchmarkIndex(b *testing.B) {
	ls := crowd(10_000)
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			NewDirectory().AddListed(ls, Given)
		}
	})
	d := NewDirectory()
	d.AddListed(ls, Given)
	b.Run("clone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d.Clone()
		}
	})
	b.Run("index", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			newIndex(d.order, d.nobody)
		}
	})
}
