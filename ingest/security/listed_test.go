package security

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

// Every row of the shipped list is found by its name and its code, and no
// alias of it means two companies.
func TestKnown(t *testing.T) {
	d := NewDirectory()
	d.AddKnown()
	names := map[string]string{}
	for _, l := range Known() {
		if code, ok := Canonical(l.Code); !ok || code != l.Code {
			t.Errorf("code %s is not canonical", l.Code)
		}
		if first, ok := names[l.Name]; !ok {
			names[l.Name] = l.Code
		} else if l.Market == "SH" || l.Market == "SZ" {
			t.Errorf("%s and %s are both %s; the mainland's listing stands first", first, l.Code, l.Name)
		}
		if got := d.Find(l.Code); len(got) != 1 || got[0].Code != l.Code {
			t.Errorf("Find(%q) = %v", l.Code, got)
		}
		for _, name := range append([]string{l.Name}, l.Aliases...) {
			if got := d.Find(name); len(got) != 1 || got[0].Name != l.Name {
				t.Errorf("%s: Find(%q) = %v, want %s", l.Code, name, got, l.Name)
			}
			if got, ok := d.Lookup(name); !ok || got.Name != l.Name {
				t.Errorf("%s: Lookup(%q) = %v, want %s", l.Code, name, got, l.Name)
			}
		}
	}
	if n := len(Known()); n < 400 {
		t.Errorf("the list has %d companies, it had more than 400", n)
	}
}

func TestPrecedence(t *testing.T) {
	const code, other = "999230.SZ", "999231.SZ"
	shipped := func(ls ...Listed) func(*Directory) { return func(d *Directory) { d.AddListed(ls, BuiltIn) } }
	given := func(ls ...Listed) func(*Directory) { return func(d *Directory) { d.AddListed(ls, Given) } }
	read := func(ss ...report.Security) func(*Directory) { return func(d *Directory) { d.Add(ss) } }
	tests := []struct {
		name string
		adds []func(*Directory)
		in   string
		want report.Security // zero for none
	}{
		{"reports before the shipped list", []func(*Directory){read(report.Security{Code: code, Name: "星河"}), shipped(Listed{Code: code, Name: "旧星河"})},
			code, report.Security{Code: code, Name: "星河"}},
		{"the user before the reports", []func(*Directory){read(report.Security{Code: code, Name: "星河"}), given(Listed{Code: code, Name: "新星河"})},
			code, report.Security{Code: code, Name: "新星河"}},
		{"an old name stays", []func(*Directory){shipped(Listed{Code: code, Name: "旧星河"}), given(Listed{Code: code, Name: "望川"})},
			"旧星河的业绩", report.Security{Code: code, Name: "望川"}},
		{"the newest report first", []func(*Directory){read(report.Security{Code: code, Name: "星河"}), read(report.Security{Code: code, Name: "望川"})},
			"望川", report.Security{Code: code, Name: "星河"}},
		{"an alias of the user before a shipped name", []func(*Directory){shipped(Listed{Code: code, Name: "星河"}), given(Listed{Code: other, Name: "望川", Aliases: []string{"星河"}})},
			"星河", report.Security{Code: other, Name: "望川"}},
		{"a name before an alias", []func(*Directory){given(Listed{Code: code, Name: "望川", Aliases: []string{"星河"}}, Listed{Code: other, Name: "星河"})},
			"星河", report.Security{Code: other, Name: "星河"}},
		{"an alias of two", []func(*Directory){given(Listed{Code: code, Name: "望川", Aliases: []string{"星河"}}, Listed{Code: other, Name: "北屿", Aliases: []string{"星河"}})},
			"星河", report.Security{}},
		{"an alias of two listings of one", []func(*Directory){given(Listed{Code: code, Name: "望川", Aliases: []string{"星河"}}, Listed{Code: "99230.HK", Name: "望川-W", Aliases: []string{"星河"}})},
			"星河", report.Security{Code: code, Name: "望川"}},
		{"an alias of three, once decided", []func(*Directory){given(Listed{Code: code, Name: "望川", Aliases: []string{"星河"}}, Listed{Code: other, Name: "北屿", Aliases: []string{"星河"}}),
			shipped(Listed{Code: "999232.SZ", Name: "星河"})}, "星河", report.Security{}},
		{"a name without code gets it", []func(*Directory){read(report.Security{Name: "星河"}), shipped(Listed{Code: code, Name: "星河"})},
			"星河", report.Security{Code: code, Name: "星河"}},
		{"a common word stays one", []func(*Directory){shipped(Listed{Code: code, Name: "晨光", Strict: true}), read(report.Security{Code: code, Name: "晨光"})},
			"晨光下的城市", report.Security{}},
		{"unless the user says else", []func(*Directory){shipped(Listed{Code: code, Name: "晨光", Strict: true}), given(Listed{Code: code, Name: "晨光"})},
			"晨光下的城市", report.Security{Code: code, Name: "晨光"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 { // whatever the order, as the sources rank and not when they came
				d := NewDirectory()
				for _, add := range tt.adds {
					add(d)
				}
				var got report.Security
				if ms := d.Find(tt.in); len(ms) > 0 {
					got = ms[0].Security
				}
				if got != tt.want {
					t.Errorf("Find(%q) = %v, want %v", tt.in, got, tt.want)
				}
				if tt.name == "the newest report first" {
					return
				}
				slices.Reverse(tt.adds)
			}
		})
	}
}

func TestOthers(t *testing.T) {
	d := NewDirectory()
	d.AddListed([]Listed{{Code: "999230.SZ", Name: "旧星河", Aliases: []string{"Xinghe"}}}, BuiltIn)
	d.AddListed([]Listed{{Code: "999230.SZ", Name: "新星河"}}, Given)
	got := d.Find("Xinghe")
	want := []Mention{{Security: report.Security{Code: "999230.SZ", Name: "新星河"}, Words: "xinghe", Others: []string{"旧星河", "xinghe"}}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("mentions (-got +want):\n%s", diff)
	}
}

// A clone learns apart from the original.
func TestClone(t *testing.T) {
	d := NewDirectory()
	d.AddListed([]Listed{{Code: "999230.SZ", Name: "星河"}}, Given)
	c := d.Clone()
	c.Add([]report.Security{{Code: "999230.SZ", Name: "望川"}, {Name: "北屿"}})
	if got := len(c.Clone().Find("星河、望川、北屿")); got != 3 {
		t.Errorf("the clone finds %d of 3 names", got)
	}
	if got := len(d.Find("星河、望川、北屿")); got != 1 {
		t.Errorf("the original finds %d names, want 1", got)
	}
}

// A common word is a name with its own code beside it, before or after.
func TestFindBeside(t *testing.T) {
	d := NewDirectory()
	d.AddListed([]Listed{{Code: "999519.SH", Name: "晨光", Strict: true}, {Code: "999230.SZ", Name: "星河"}}, Given)
	for in, want := range map[string]string{
		"晨光":              "晨光",
		"晨光（999519.SH）":   "晨光 999519.sh",
		"晨光(999519)涨停":    "晨光 999519",
		"晨光 999519.SH":    "晨光 999519.sh",
		"999519.SH 晨光的订单": "999519.sh 晨光",
		"999519 | 晨光":     "999519 晨光",
		"晨光（星河）":          "星河",
		"晨光（999230.SZ）":   "999230.sz",
		"星河 晨光":           "星河",
		"999519.SH 与晨光":   "999519.sh",
		"晨光下的星河":          "星河",
	} {
		var got []string
		for _, m := range d.Find(in) {
			got = append(got, m.Words)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("Find(%q) = %q, want %q", in, s, want)
		}
	}
}
