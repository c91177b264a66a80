package question

import (
	"strings"
	"testing"
	"time"
)

// A house that no report is by is told from the company it is asked about, from
// houses of the corpus and from words that mean any house.
func TestStrangers(t *testing.T) {
	known := Known{Publishers: []string{"青岚证券", "望江证券", "Beichen International"}}
	for _, row := range []struct{ question, companies, want string }{
		{"中信证券怎么看星河智能", "星河智能", "中信证券"},
		{"请问华泰证券对云栖算力的评级", "云栖算力", "华泰证券"},
		{"国泰君安证券给澜海储能的目标价", "澜海储能", "国泰君安证券"},
		{"青岚证券和招商证券分别怎么看星河智能", "星河智能", "招商证券"},
		{"高盛对澜海储能的看法", "澜海储能", "高盛"},
		{"中金给云栖算力什么评级", "云栖算力", "中金"},
		{"东方证券的研报", "", "东方证券"},
		{"What is Goldman's view on FarSail?", "farsail", "Goldman"},
		{"What does Morgan Stanley think of Zenquix?", "zenquix", "Morgan Stanley"},
		{"According to Nomura, what is FarSail worth?", "farsail", "Nomura"},
		{"Barclays' price target for FarSail", "farsail", "Barclays"},
		{"Macquarie on FarSail", "farsail", "Macquarie"},
		{"星河智能在华泰证券的研报里怎么说", "星河智能", "华泰证券"},

		{"青岚证券怎么看星河智能", "星河智能", ""},
		{"市场怎么看星河智能", "星河智能", ""},
		{"哪家证券公司给星河智能买入评级", "星河智能", ""},
		{"现在怎么看星河智能", "星河智能", ""},
		{"星河智能的目标价是多少", "星河智能", ""},
		{"中信证券的目标价是多少", "", ""}, // of itself
		{"国元证券对奥飞数据的持股比例", "奥飞数据", ""},
		{"证券行业的研报", "", ""},
		{"What is Beichen's view on FarSail?", "farsail", ""},
		{"What is FarSail's rating?", "farsail", ""},
		{"What is the street's view on FarSail?", "farsail", ""},
		{"Who has the latest view on FarSail?", "farsail", ""},
		{"What does the house think of FarSail?", "farsail", ""},
		{"What did FarSail say about prices?", "farsail", ""},
	} {
		got := Read(row.question, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), known, strings.Fields(row.companies))
		if s := strings.Join(got.Strangers, ","); s != row.want {
			t.Errorf("%s: got %q, want %q", row.question, s, row.want)
		}
	}
	if got := strangers("a", "中信证券怎么看星河智能", nil, nil, []string{"星河智能"}); got != nil {
		t.Errorf("reports of unknown houses: got %q", got)
	}
}
