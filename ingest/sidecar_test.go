package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func TestSidecar(t *testing.T) {
	s, err := parseSidecar("a.meta.yaml", []byte(`# what the report does not print
title: 储能月报
publisher: 青岚证券
published: 2026-03-31
analysts: [王一, {name: 李二, license: S9901000000001}]
rating: 买入
rating_action: ""   # none
target_price: 52.3
currency: HKD
industry: 储能
securities:
  - 999230.SZ
  - {code: 99988.HK, name: 远帆}
language: zh
visible_from: 2026-12-01 08:00:00Z
`))
	if err != nil {
		t.Fatal(err)
	}
	r := &report.Report{
		ID: "r1", Title: "题", RatingAction: "维持", Collection: "default",
		Read: []report.Reading{{Field: "title", Page: 1, Text: "题"}, {Field: "industry_code", Page: 1, Text: "x"}},
	}
	s.apply(r)
	from := func(field, text string) report.Reading {
		return report.Reading{Field: field, Text: "a.meta.yaml: " + text}
	}
	want := &report.Report{
		ID: "r1", Title: "储能月报", Publisher: "青岚证券", Published: "2026-03-31", Collection: "default",
		Analysts: []report.Analyst{{Name: "王一"}, {Name: "李二", License: "S9901000000001"}}, Rating: "买入",
		TargetPrice: 52.3, Currency: "HKD", Industry: "储能", Language: "zh", VisibleFrom: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
		Securities: []report.Security{{Code: "999230.SZ"}, {Code: "99988.HK", Name: "远帆"}},
		Read: []report.Reading{
			{Field: "industry_code", Page: 1, Text: "x"}, from("title", "储能月报"), from("publisher", "青岚证券"),
			from("published", "2026-03-31"), from("analysts", "王一, 李二 S9901000000001"), from("rating", "买入"),
			from("rating_action", ""), from("target_price", "52.3"), from("currency", "HKD"), from("industry", "储能"),
			from("securities", "999230.SZ, 99988.HK 远帆"), from("language", "zh"),
			from("visible_from", "2026-12-01 08:00:00Z"),
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("apply (-want +got):\n%s", diff)
	}
	for i, read := range r.Read {
		if name, ok := Corrected(read); ok != (i > 0) || ok && name != "a.meta.yaml" {
			t.Errorf("Corrected(%+v) = %q, %v", read, name, ok)
		}
	}
}

// What says nothing changes nothing.
func TestSidecarEmpty(t *testing.T) {
	for _, text := range []string{"", "\n# only this\n", "---\n", "title:\nrating: ~\n", "{}", "\ufeff"} {
		s, err := parseSidecar("a.meta.yaml", []byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		r := report.Report{Title: "题", Rating: "买入"}
		s.apply(&r)
		if diff := cmp.Diff(report.Report{Title: "题", Rating: "买入"}, r); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	r := report.Report{Analysts: []report.Analyst{{Name: "误读"}}}
	s, err := parseSidecar("a.meta.yaml", []byte("analysts: []"))
	if s.apply(&r); err != nil || len(r.Analysts) > 0 {
		t.Errorf("analysts: [] leaves %v, %v", r.Analysts, err)
	}
}

// Every mistake is one line with the file, the line and the reason.
func TestSidecarRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"title: a\nstars: 5", `line 2: "stars" cannot be set here`},
		{"collection: desk", `line 1: "collection" cannot be set here`},
		{"Title: a", `line 1: "Title" cannot be set here`},
		{"title: a\ntitle: b", "line 2: title is set twice"},
		{"title: [a]", "line 1: title: text is needed"},
		{"title: ''", "line 1: title: text is needed"},
		{"title: \"a\\nb\"", "line 1: title: has line breaks or control characters"},
		{"title: " + strings.Repeat("长", 301), "line 1: title: has more than 300 characters"},
		{"rating: {a: b}", "line 1: rating: text is needed"},
		{"published: 2026-02-30", "line 1: published: a date like 2026-03-31 is needed"},
		{"published: 31.03.2026", "line 1: published: a date like 2026-03-31 is needed"},
		{"published: [2026-03-31]", "line 1: published: a date like 2026-03-31 is needed"},
		{"currency: cny", "line 1: currency: three letters like CNY are needed"},
		{"language: fr", "line 1: language: zh or en is needed"},
		{"target_price: 52.3元", "line 1: target_price: a number above 0 is needed"},
		{"target_price: '52.3'", "line 1: target_price: a number above 0 is needed"},
		{"target_price: -1", "line 1: target_price: a number above 0 is needed"},
		{"target_price: .inf", "line 1: target_price: a number above 0 is needed"},
		{"target_price: [1]", "line 1: target_price: a number above 0 is needed"},
		{"analysts: 王一", "line 1: analysts: a list is needed"},
		{"analysts: [{license: S1}]", "line 1: analysts: a name is needed"},
		{"analysts: [{name: 王一, phone: 1}]", `line 1: analysts: "phone" cannot be set here`},
		{"analysts: [[王一]]", "line 1: analysts: each is a name, or has name and license"},
		{"\n\nsecurities:\n  - code: 999230", `line 4: securities: "999230" is no code like 600519.SH`},
		{"securities: [{code: 600519.SH, code: 1}]", "line 1: securities: code is set twice"},
		{"a: &x b\ntitle: *x", `line 1: "a" cannot be set here`},
		{"title: &x b\nrating: *x", "line 2: rating: text is needed"},
		{"- title", "line 1: lines like title: … are needed"},
		{"title", "line 1: lines like title: … are needed"},
		{"title: a\n---\ntitle: b", "holds more than one YAML document"},
		{"title: 'a", "found unexpected end of stream"},
		{"title: a\n\tb: c", "line 2: found a tab character that violates indentation"},
	} {
		_, err := parseSidecar("a.meta.yaml", []byte(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), "a.meta.yaml: ") || !strings.HasSuffix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzSidecar(f *testing.F) {
	f.Add([]byte("title: a\nsecurities: [{code: 600519.SH}]\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("? {a: b}\n: c"))
	f.Add([]byte("\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseSidecar("a.meta.yaml", data)
		if err != nil && (strings.ContainsAny(err.Error(), "\n\x1b") || !strings.HasPrefix(err.Error(), "a.meta.yaml: ")) {
			t.Errorf("%q: %q", data, err)
		}
		r := report.Report{ID: "r1", Collection: "default"}
		s.apply(&r)
		if r.ID != "r1" || r.Collection != "default" {
			t.Errorf("%q sets %s, %s", data, r.ID, r.Collection)
		}
	})
}
