package security

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func known() *Directory {
	d := NewDirectory()
	d.Add([]report.Security{
		{Code: "999230.SZ", Name: "星河智能"},
		{Code: "999231.SZ", Name: "星河智能装备"},
		{Code: "99988.HK", Name: "FarSail"},
		{Code: "", Name: "北屿电源"},
		{Code: "ON.US", Name: ""},
	})
	return d
}

func TestFind(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"name", "星河智能的目标价", "999230.SZ"},
		{"longest of two", "星河智能装备和星河智能", "999231.SZ 999230.SZ"},
		{"code", "999230.sz 的评级", "999230.SZ"},
		{"number of a code", "999230的评级", "999230.SZ"},
		{"full width", "９９９２３０的评级", "999230.SZ"},
		{"Hong Kong number", "99988 target", "99988.HK"},
		{"Latin name, other case", "what does FARSAIL say", "99988.HK"},
		{"Latin name in a longer word", "farsailing", ""},
		{"number in a longer one", "1999230", ""},
		{"name without code", "北屿电源的毛利率", "北屿电源"},
		{"short code needs its exchange", "on the other hand", ""},
		{"short code with it", "ON.US", "ON.US"},
		{"order of the text", "FarSail vs 星河智能", "99988.HK 999230.SZ"},
		{"nobody", "毛利率", ""},
		{"empty", "", ""},
	}
	d := known()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range d.Find(tt.in) {
				if m.Code != "" {
					got = append(got, m.Code)
				} else {
					got = append(got, m.Name)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("Find(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestFindWords(t *testing.T) {
	got := known().Find("比较 FarSail 和星河智能")
	want := []Mention{
		{Security: report.Security{Code: "99988.HK", Name: "FarSail"}, Words: "farsail"},
		{Security: report.Security{Code: "999230.SZ", Name: "星河智能"}, Words: "星河智能"},
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("mentions (-got +want):\n%s", diff)
	}
}

// A name that was learnt later completes a code that stood alone.
func TestAddName(t *testing.T) {
	d := NewDirectory()
	d.Add([]report.Security{{Code: "999230.SZ"}})
	d.Add([]report.Security{{Code: "999230.SZ", Name: "星河智能"}})
	got := d.Find("999230")
	if len(got) != 1 || got[0].Name != "星河智能" {
		t.Errorf("Find = %v, want 星河智能", got)
	}
}

func TestDirectoryConcurrent(t *testing.T) {
	d := known()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				d.Add([]report.Security{{Code: "999405.SZ", Name: "北屿电源"}})
				d.Find("北屿电源")
			}
		})
	}
	wg.Wait()
	if len(d.Find("北屿电源")) != 1 {
		t.Error("the security added is not found")
	}
}
