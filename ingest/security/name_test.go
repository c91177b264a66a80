package security

import "testing"

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"星河智能":                 "星河智能",
		"五 粮 液":                "五粮液",
		"万  科Ａ":                "万科a",
		"ST星河":                 "星河",
		"*ST 星河":               "星河",
		"S*ST星河":               "星河",
		"SST星河":                "星河",
		"＊ＳＴ星河":                "星河",
		"N星河":                  "星河",
		"C星河智能":                "星河智能",
		"XD星河智":                "星河智",
		"XR星河智能":               "星河智能",
		"DR星河智":                "星河智",
		"XDST星河":               "星河",
		"霁川生物-U":               "霁川生物",
		"霁川生物－Ｕ":               "霁川生物",
		"远帆科技-SW":              "远帆科技",
		"远帆科技 -W":              "远帆科技",
		"远帆科技-UW":              "远帆科技",
		"霁川-B":                 "霁川",
		"TCL科技":                "tcl科技",
		"Stellar-U":            "stellar-u", // no board's mark in a Latin name
		"Corvane Beauty, Inc.": "corvane beauty, inc.",
		"STX":                  "stx",
		"N星":                   "n星", // one character is no name
		"":                     "",
	} {
		if got := Name(in); got != want {
			t.Errorf("Name(%q) = %q, want %q", in, got, want)
		}
		if got := Name(Name(in)); got != want {
			t.Errorf("Name twice of %q = %q, want %q", in, got, want)
		}
	}
}
