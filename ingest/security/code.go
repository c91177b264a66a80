// Package security knows listed companies: the forms their codes take, the
// names they go by, and where either stands in a text. Names come from a list
// of the user's, from what reports print and from a shipped list, in this
// order of trust. It does not read reports: the caller brings text and asks.
package security

import (
	"regexp"
	"strings"
)

var (
	suffixed   = regexp.MustCompile(`^([0-9A-Z]{1,6})(?:\s*[.:-]\s*|\s+)([A-Z]{1,3})$`)
	prefixed   = regexp.MustCompile(`^(SH[.:]?|SZ[.:]?|BJ[.:]?|HK[.:]?|US[.:])\s*([0-9A-Z]{1,6})$`)
	atExchange = regexp.MustCompile(`^([A-Z]{3,6})\s*:\s*([0-9A-Z]{1,6})$`)
	digits6    = regexp.MustCompile(`^\d{6}$`)
)

// markets maps the suffixes that banks and terminals print to ours. CH is the
// mainland; the number tells where.
var markets = map[string]string{
	"SH": "SH", "SS": "SH", "SHA": "SH", "SZ": "SZ", "SHE": "SZ", "BJ": "BJ", "CH": "CH",
	"HK": "HK", "US": "US", "N": "US", "O": "US", "OQ": "US", "UN": "US", "UW": "US", "UQ": "US",
	"T": "T", "JP": "T", "JT": "T", "TW": "TW", "TT": "TW", "TWO": "TWO", "KS": "KS", "KQ": "KQ",
	"DE": "DE", "GR": "DE", "GY": "DE", "AS": "AS", "NA": "AS", "L": "L", "LN": "L", "PA": "PA", "FP": "PA",
}

// listings maps the names of exchanges that stand before a code with a colon,
// NASDAQ: NVDA, to our suffixes.
var listings = map[string]string{
	"NASDAQ": "US", "NYSE": "US", "AMEX": "US", "HKEX": "HK", "SEHK": "HK", "HKG": "HK", "SSE": "SH", "SZSE": "SZ",
	"BSE": "BJ", "TSE": "T", "TYO": "T", "TWSE": "TW", "KRX": "KS", "AMS": "AS", "ETR": "DE", "LSE": "L", "LON": "L", "EPA": "PA",
}

// Canonical returns the one form of a code that the corpus uses: 002230.SZ
// 600519.SH 830799.BJ 00700.HK NVDA.US 6758.T 2330.TW 005930.KS IFX.DE.
// ok is false when s is no code. Bare six-digit codes get the exchange that
// their first digit belongs to; .SS, .O, CH, TT and the like are translated.
func Canonical(s string) (code string, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	number, market := "", ""
	if m := suffixed.FindStringSubmatch(s); m != nil {
		number, market = m[1], markets[m[2]]
	}
	if m := prefixed.FindStringSubmatch(s); m != nil && market == "" {
		number, market = m[2], m[1][:2]
	} else if m := atExchange.FindStringSubmatch(s); m != nil && market == "" {
		number, market = m[2], listings[m[1]]
	} else if digits6.MatchString(s) {
		number, market = s, exchange(s)
	}
	switch market {
	case "":
		return "", false
	case "CH":
		if !digits6.MatchString(number) {
			return "", false
		}
		market = exchange(number)
		ok = market != ""
	case "SH", "SZ", "BJ":
		ok = digits6.MatchString(number)
	case "HK":
		ok = len(number) <= 5 && allDigits(number)
		number = strings.Repeat("0", max(0, 5-len(number))) + number
	case "T", "TW", "TWO", "KS", "KQ":
		ok = len(number) >= 4 && number[0] >= '0' && number[0] <= '9'
	default:
		ok = !allDigits(number)
	}
	if !ok {
		return "", false
	}
	return number + "." + market, true
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// exchange tells the mainland exchange of a six-digit code by its first
// digits (allocation tables of the three exchanges). It returns "" for codes
// no exchange allots, such as those of funds sold off-exchange.
func exchange(code string) string {
	for _, a := range allotted {
		if strings.HasPrefix(code, a.prefix) {
			return a.exchange
		}
	}
	return ""
}

// allotted are the first digits of shares. Shorter ones would take postcodes
// (610041) for codes.
var allotted = []struct{ prefix, exchange string }{
	{"60", "SH"}, {"68", "SH"}, {"900", "SH"},
	{"00", "SZ"}, {"30", "SZ"}, {"200", "SZ"},
	{"43", "BJ"}, {"83", "BJ"}, {"87", "BJ"}, {"88", "BJ"}, {"92", "BJ"},
}

// mainland reports whether a canonical code is of one of the mainland's
// exchanges.
func mainland(code string) bool {
	return strings.HasSuffix(code, ".SH") || strings.HasSuffix(code, ".SZ") || strings.HasSuffix(code, ".BJ")
}
