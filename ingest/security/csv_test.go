package security

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestReadCSV(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("代码,名称\n999230.SZ,星河智能\n")
	if err != nil {
		t.Fatal(err)
	}
	xinghe := []Listed{{Code: "999230.SZ", Name: "星河智能", Market: "SZ"}}
	tests := []struct {
		name, in string
		want     []Listed
	}{
		{"plain", "code,name\n999230.SZ,星河智能\n", xinghe},
		{"Chinese header", "代码,名称\n999230.SZ,星河智能\n", xinghe},
		{"byte order mark", "\ufeffcode,name\n999230.SZ,星河智能\n", xinghe},
		{"GB18030", gb, xinghe},
		{"line ends of Windows", "code,name\r\n999230.SZ,星河智能\r\n", xinghe},
		{"no line end at the end", "code,name\n999230.SZ,星河智能", xinghe},
		{"any order, unknown columns", "行业,Name,CODE\n软件,星河智能,999230.SZ\n", xinghe},
		{"empty lines", "code,name\n\n,\n999230.SZ,星河智能\n", xinghe},
		{"blanks", " code , name \n 999230.SZ , 星河智能 \n", xinghe},
		{"the market completes the code", "代码,名称,市场\n999230,星河智能,深圳\n", xinghe},
		{"the market before the first digit", "代码,名称,市场\n009300,韩川半导体,韩国\n", []Listed{{Code: "009300.KS", Name: "韩川半导体", Market: "KS"}}},
		{"full width", "代码,名称\n９９９２３０．ＳＺ,星河智能\n", xinghe},
		{"Hong Kong filled up", "code,name\n988.HK,远帆科技\n", []Listed{{Code: "00988.HK", Name: "远帆科技", Market: "HK"}}},
		{"Hong Kong by its market", "代码,名称,市场\n988,远帆科技,港股\n", []Listed{{Code: "00988.HK", Name: "远帆科技", Market: "HK"}}},
		{"a ticker by its market", "代码,名称,市场\nCRVN,Corvane,NASDAQ\n", []Listed{{Code: "CRVN.US", Name: "Corvane", Market: "US"}}},
		{"aliases and strict", "code,name,aliases,strict\n999519.SH,晨光,Chenguang| 晨光股份 |,yes\n",
			[]Listed{{Code: "999519.SH", Name: "晨光", Aliases: []string{"Chenguang", "晨光股份"}, Market: "SH", Strict: true}}},
		{"full-width bar", "code,name,aliases\n999519.SH,晨光科技,晨光｜晨科\n",
			[]Listed{{Code: "999519.SH", Name: "晨光科技", Aliases: []string{"晨光", "晨科"}, Market: "SH"}}},
		{"quoted", "code,name\nCRVN.US,\"Corvane Beauty, Inc.\"\n", []Listed{{Code: "CRVN.US", Name: "Corvane Beauty, Inc.", Market: "US"}}},
		{"header alone", "code,name\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadCSV(strings.NewReader(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Errorf("ReadCSV(%q) (-got +want):\n%s", tt.in, diff)
			}
		})
	}
}

func TestReadCSVRefuses(t *testing.T) {
	const head = "code,name,aliases,market,strict\n"
	for in, want := range map[string]string{
		"":                                "line 1: the list is empty; its first row must name the columns",
		"999230.SZ,星河智能\n":                "line 1: there is no column for the code; the first row must name code and name (代码, 名称)",
		"code,别名\n":                       "line 1: there is no column for the name; the first row must name code and name (代码, 名称)",
		"code,代码,name\n":                  "line 1: there are two columns for the code",
		head + ",星河智能,,,\n":               "line 2: there is no code",
		head + "星河,999230.SZ,,,\n":        `line 2: "星河" is no code; write it like 600519.SH, 00700.HK or NVDA.US`,
		head + "\n999230,星河智能,,,\n":       `line 3: "999230" is no code; write it like 600519.SH, 00700.HK or NVDA.US`,
		head + "999230.SZ,,,,\n":          `line 2: 999230.SZ needs a name of two characters or more, not ""`,
		head + "999230.SZ,星,,,\n":         `line 2: 999230.SZ needs a name of two characters or more, not "星"`,
		head + "999230.SZ,星河智能,星,,\n":     `line 2: an alias of 999230.SZ has fewer than two characters: "星"`,
		head + "999230.SZ,星河智能,,上海,\n":    "line 2: code 999230.SZ is not of market 上海",
		head + "999230.SZ,星河智能,,,maybe\n": `line 2: strict must be yes or no, not "maybe"`,
		head + "999230.SZ,星河智能\n":         "line 2: has 2 fields, the header has 5",
		head + "\"999230.SZ,星河智能\n":       "line 2: extraneous or missing \" in quoted-field",
		"code,name\n999230.SZ,星河智能\n999231.SZ,望川\nsz999230,又一\n": "line 4: 999230.SZ stands in line 2 already",
		"\xff\xfec\x00o\x00":  "line 1: is UTF-16; save it as CSV in UTF-8",
		"code,name\n\xff\xff": "line 1: is neither UTF-8 nor GB18030",
	} {
		got, err := ReadCSV(strings.NewReader(in))
		if err == nil || err.Error() != want || got != nil {
			t.Errorf("ReadCSV(%q): got %v, error %v, want error %s", in, got, err, want)
		}
	}
}

// Whatever is read is canonical, and written out and read again the same.
func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{
		"code,name\n999230.SZ,星河智能\n", "代码,名称,别名,市场\n700,腾讯控股,腾讯|Tencent,港股\n", "\ufeffcode,name,strict\n\"NVDA.O\",\"a,b\",yes\n",
		"\xb4\xfa\xc2\xeb,\xc3\xfb\xb3\xc6\n600519,\xc3\xa9\xcc\xa8\n", "code;name\n", "code,name\n\"x", "\xff\xfe",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ls, err := ReadCSV(strings.NewReader(string(b)))
		if err != nil {
			if ls != nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("ReadCSV(%q) = %v, %q", b, ls, err)
			}
			return
		}
		d := NewDirectory()
		d.AddListed(ls, Given)
		for _, l := range ls {
			if code, ok := Canonical(l.Code); !ok || code != l.Code {
				t.Errorf("ReadCSV(%q): code %q is not canonical", b, l.Code)
			}
			if !strings.HasSuffix(l.Code, "."+l.Market) || len([]rune(Name(l.Name))) < 2 {
				t.Errorf("ReadCSV(%q): row %+v", b, l)
			}
			if got := d.Find(l.Code); len(got) != 1 || got[0].Code != l.Code {
				t.Errorf("ReadCSV(%q): Find(%q) = %v", b, l.Code, got)
			}
		}
	})
}
