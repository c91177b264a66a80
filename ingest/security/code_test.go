package security

import "testing"

func TestCanonical(t *testing.T) {
	tests := []struct{ in, want string }{
		// mainland, every way to name the exchange
		{"002230.SZ", "002230.SZ"}, {"002230.sz", "002230.SZ"}, {"002230 SZ", "002230.SZ"}, {"002230. SZ", "002230.SZ"},
		{"002230.SHE", "002230.SZ"}, {"SZ002230", "002230.SZ"}, {"SZ.002230", "002230.SZ"}, {"sz:002230", "002230.SZ"},
		{"600519.SH", "600519.SH"}, {"600519.SS", "600519.SH"}, {"600519.SHA", "600519.SH"}, {"SH600519", "600519.SH"},
		{" 600519.SH ", "600519.SH"}, {"830799.BJ", "830799.BJ"}, {"BJ830799", "830799.BJ"},
		// bare, by the exchanges' allocation
		{"600519", "600519.SH"}, {"688981", "688981.SH"}, {"900901", "900901.SH"}, {"002230", "002230.SZ"}, {"300750", "300750.SZ"},
		{"200011", "200011.SZ"}, {"830799", "830799.BJ"}, {"430047", "430047.BJ"}, {"920002", "920002.BJ"},
		// Hong Kong, filled up to five digits
		{"00700.HK", "00700.HK"}, {"0700.HK", "00700.HK"}, {"700.HK", "00700.HK"}, {"5 HK", "00005.HK"}, {"HK:700", "00700.HK"}, {"HK00700", "00700.HK"},
		// United States, suffixes of the terminals
		{"NVDA.US", "NVDA.US"}, {"NVDA.O", "NVDA.US"}, {"NVDA.OQ", "NVDA.US"}, {"NVDA UW", "NVDA.US"}, {"IBM.N", "IBM.US"}, {"US:IBM", "IBM.US"},
		// others
		{"6758.T", "6758.T"}, {"6758 JP", "6758.T"}, {"2330.TW", "2330.TW"}, {"2330 TT", "2330.TW"}, {"005930.KS", "005930.KS"},
		{"247540.KQ", "247540.KQ"}, {"IFX.DE", "IFX.DE"}, {"ASML.AS", "ASML.AS"}, {"BP.L", "BP.L"}, {"MC.PA", "MC.PA"},
		// terminals, with a blank
		{"600519 CH", "600519.SH"}, {"002230 CH", "002230.SZ"}, {"300750.CH", "300750.SZ"}, {"700 HK", "00700.HK"}, {"NVDA US", "NVDA.US"},
		{"005930 KS", "005930.KS"}, {"IFX GR", "IFX.DE"}, {"IFX GY", "IFX.DE"}, {"ASML NA", "ASML.AS"}, {"BP LN", "BP.L"}, {"MC FP", "MC.PA"},
		{"6488.TWO", "6488.TWO"}, {"2330.tw", "2330.TW"}, {"BABA.N", "BABA.US"}, {"002230 . SZ", "002230.SZ"},
		// the exchange by its name
		{"NASDAQ: NVDA", "NVDA.US"}, {"NYSE:BABA", "BABA.US"}, {"SEHK: 700", "00700.HK"}, {"SSE:600519", "600519.SH"}, {"TSE: 6758", "6758.T"},
		// none
		{"999230 CH", ""}, {"NVDA CH", ""}, {"EPS: 2024", ""}, {"NASDAQ 2024", ""}, {"NASDAQ NVDA", ""}, {"700 XX", ""}, {"USGS", ""}, {"00388-HK", "00388.HK"}, {"002230SZ", ""},
		{"", ""}, {"187502", ""}, {"510300", ""}, {"999230", ""}, {"610041", ""}, {"400123", ""}, {"12345", ""}, {"1234567", ""}, {"12345.SZ", ""}, {"A12345.SH", ""},
		{"002230.XX", ""}, {"123456.HK", ""}, {"AB.HK", ""}, {"67.T", ""}, {"ABCD.T", ""}, {"2023.US", ""}, {"EPS", ""}, {"12.5%", ""},
	}
	for _, tt := range tests {
		if got, ok := Canonical(tt.in); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Canonical(%q) = %q, %v, want %q", tt.in, got, ok, tt.want)
		}
	}
}
