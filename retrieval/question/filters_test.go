package question_test

import (
	"testing"
	"time"

	"reportbot/ingest/security"
	"reportbot/retrieval/question"
)

// Filters in plain words are read as the conditions they are.
func TestFilters(t *testing.T) {
	companies := security.NewDirectory()
	companies.AddKnown()
	now := time.Date(2026, 8, 31, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct{ filters, want string }{
		{"兴业 上周 增持 算力", "publisher=兴业证券 since=2026-08-24 until=2026-08-30 rating=增持 corpus=list"},
		{"兴业、上周、增持、算力", "publisher=兴业证券 since=2026-08-24 until=2026-08-30 rating=增持 corpus=list"},
		{"买入 增持", "rating=买入,增持 corpus=list"},
		{"7月以来 华泰证券 下调", "publisher=华泰证券 since=2026-07-01 until=2026-08-31 action=下调 corpus=list"},
		{"七月 招商 电子 首次", "publisher=招商证券 since=2026-07-01 until=2026-07-31 action=首次 corpus=list"},
		{"2026年5月至7月 买入评级 半导体", "since=2026-05-01 until=2026-07-31 rating=买入 corpus=list"},
		{"2026-06 浙商 维持", "publisher=浙商证券 since=2026-06-01 until=2026-06-30 action=维持 corpus=list"},
		{"2025年 光伏组件价格", "since=2025-01-01 until=2025-12-31 corpus=list"},
		{"2025年报 光伏", "period=2025 corpus=list"},
		{"有哪些上调评级的研报", "action=上调 corpus=list"},
		{"有多少篇讲算力的", "corpus=count"},
		{"Morgan Stanley underweight since July", "publisher=Morgan_Stanley since=2026-07-01 until=2026-08-31 rating=Underweight corpus=list"},
		{"UBS buy last week solar", "publisher=UBS since=2026-08-24 until=2026-08-30 rating=Buy corpus=list"},
		{"downgrades July 2026 UBS", "publisher=UBS since=2026-07-01 until=2026-07-31 action=下调 corpus=list"},
		{"initiations from May to July", "since=2026-05-01 until=2026-07-31 action=首次 corpus=list"},
		{"UBS equal-weight", "publisher=UBS rating=Equal-weight corpus=list"},
		{"solar", "corpus=list"},
		{"", "corpus=list"},
	} {
		named := companies.Find(c.filters)
		if got := said(question.Read(question.Filters(c.filters), now, known, words(named)), nil); got != c.want {
			t.Errorf("%q as %q:\n\t got %s\n\twant %s", c.filters, question.Filters(c.filters), got, c.want)
		}
	}
}
