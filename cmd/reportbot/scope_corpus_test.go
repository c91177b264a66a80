package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reportbot/config"
	"reportbot/ingest"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/retrieval/store"
)

// The corpus of the promises of scope: six collections, each with words that
// stand nowhere else.

// folders are the collections; the first is public unless the policy says
// otherwise.
var folders = []string{"default", "desk", "deals", "macro", "quant", "board"}

// marks are the canaries: the i-th stands in the text, title, names, file names
// and everything else of the reports of the i-th collection, never in what a
// user types.
var marks = []string{"vqhjka", "vqhjkb", "vqhjkc", "vqhjkd", "vqhjke", "vqhjkf"}

// prices are target prices of the collections, canaries as well: of a company
// of its own, and of that which all cover. None is the middle of two others.
func prices(i int) [2]string {
	return [][2]string{{"317.41", "331.07"}, {"416.23", "447.19"}, {"518.37", "569.83"}, {"613.59", "698.11"}, {"719.71", "802.43"}, {"811.93", "977.29"}}[i]
}

// codeOf is the code of the company that only the i-th collection covers. Users
// may guess it: it is no canary.
func codeOf(i int) string { return fmt.Sprintf("99770%d.SZ", i) }

// heldIn are the collections whose canaries stand in a text.
func heldIn(s string) (out []int) {
	s = strings.ToLower(s)
	for i, m := range marks {
		if p := prices(i); strings.Contains(s, m) || strings.Contains(s, p[0]) || strings.Contains(s, p[1]) {
			out = append(out, i)
		}
	}
	return out
}

// one writes a report of the i-th collection into a folder, on a company.
func one(t testing.TB, dir string, i int, name, company, code, price string, day int) {
	t.Helper()
	marked(t, dir, marks[i], name, company, code, price, day, i+1, "")
}

// marked writes a report with a canary everywhere; more goes into its sidecar.
func marked(t testing.TB, dir, m, name, company, code, price string, day, n int, more string) {
	t.Helper()
	file := fmt.Sprintf("%sf-%s.md", m, name)
	write(t, dir, file, strings.NewReplacer("@", m, "{company}", company, "{code}", code, "{price}", price, "{day}", fmt.Sprintf("%02d", day), "{n}", fmt.Sprint(n)).Replace(`# @t：产能爬坡超预期，上调至“买入”

**{company}（{code}）2025年年报点评**

@p证券研究所 · 汽车电子 · 2026年03月{day}日

| 项目 | 内容 |
| --- | --- |
| 评级 | 买入（上调） |
| 前次评级 | 增持 |
| 目标价 | {price}元 |
| 分析师 | 顾@a S9901525010001 |

## 投资要点

- **产能。** {company}二号产线的良率是9{n}.3%，代号@x的三号产线明年投产。
- **评级上调。** 我们将评级由“增持”上调至“买入”，目标价{price}元。
- **风险提示。** 客户集中；@r芯片供应受限；年降压力加大。

## 1 经营情况

### 1.1 收入结构@h

{company}2025年智驾域控收入4{n}.58亿元，同比增长42.2%；软件授权2.38亿元，来自@y平台。全年域控出货合计31{n}万套。

## 2 盈利预测

| 会计年度 | 2025A | 2026E | 2027E |
| --- | ---: | ---: | ---: |
| 营业收入（亿元） | 8{n}.36 | 10{n}.50 | 12{n}.80 |
| 归母净利润（亿元） | 7.{n}1 | 9.{n}8 | 12.{n}6 |
| EPS（元） | 0.9{n} | 1.2{n} | 1.5{n} |

资料来源：@s数据，@p证券研究所预测

## 3 风险提示

客户集中；@r芯片供应受限；年降压力加大。
`))
	security := fmt.Sprintf("{code: %s, name: %s}", code, company)
	write(t, dir, file+".meta.yaml", fmt.Sprintf("title: %st：产能爬坡超预期\npublisher: %sp证券\npublished: 2026-03-%02d\nanalysts: [顾%sa]\nrating: 买入\ntarget_price: %s\ncurrency: CNY\nindustry: %si电子\nsecurities: [%s]\nlanguage: zh\n%s", m, m, day, m, price, m, security, more))
}

// shared is the company that every collection has a report on.
const sharedName, sharedCode = "星河智能", "999230.SZ"

// fill writes and ingests the reports of some collections into a data folder:
// of each one on a company of its own, one on that which all cover, and two on
// companies whose names begin alike.
func fill(t testing.TB, data string, of ...int) {
	t.Helper()
	in := t.TempDir()
	a := theApp(t, data, nil)
	defer a.close()
	for _, i := range of {
		dir := filepath.Join(in, folders[i])
		p := prices(i)
		one(t, dir, i, "own", "赤霄"+marks[i]+"n科技", codeOf(i), p[0], 10+i)
		one(t, dir, i, "all", sharedName, sharedCode, p[1], 20+i)
		one(t, dir, i, "x", "玄圃"+marks[i]+"甲", fmt.Sprintf("99780%d.SZ", i), p[0], 5+i)
		one(t, dir, i, "y", "玄圃"+marks[i]+"乙", fmt.Sprintf("99790%d.SZ", i), p[0], 4+i)
		takeIn(t, a, folders[i], dir)
	}
}

// theApp opens a data folder as the program does, by a clock.
func theApp(t testing.TB, data string, now func() time.Time) *app {
	t.Helper()
	cfg, err := config.Load("", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data = data
	a := newApp(cfg, serveLog(t.Output(), cfg), call{getenv: func(string) string { return "" }})
	if a.store, err = store.Open(t.Context(), data, store.Options{Log: a.log, Now: now}); err != nil {
		t.Fatal(err)
	}
	return a
}

// takeIn ingests a folder without the child process, which reads text as well.
func takeIn(t testing.TB, a *app, collection, dir string) {
	t.Helper()
	known, err := a.securities()
	if err != nil {
		t.Fatal(err)
	}
	g := &ingest.Ingester{Store: corpus{a.store}, Reader: parse.NewReader("", parse.Limits{}), Embedder: a.embedder, Complete: known.Complete, Facts: fact.Read, MaxBytes: 1 << 20}
	sum, err := g.Run(context.WithoutCancel(t.Context()), collection, []string{dir}, func(int, int, ingest.Outcome) {})
	if err != nil || sum.Failed > 0 {
		t.Fatalf("ingest %s: %+v %v", dir, sum, err)
	}
}

// copied copies the files of a data folder.
func copied(t testing.TB, data string) string {
	t.Helper()
	to := t.TempDir()
	all, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		b, err := os.ReadFile(filepath.Join(data, f.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, f.Name()), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}
