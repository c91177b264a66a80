package fact

import "testing"

func TestChangedFrom(t *testing.T) {
	for value, want := range map[string][2]string{
		"HK$49.00 (from HK$62.00)":       {"HK$49.00", "HK$62.00"},
		"52.30元（前值46.80元）":               {"52.30元", "46.80元"},
		"47.00港元（原为 60.00港元）":            {"47.00港元", "60.00港元"},
		"US$84.00 (Previously US$96.00)": {"US$84.00", "US$96.00"},
		"52.30元（12个月）":                   {},
		"52.30元":                         {},
		"(from HK$62.00)":                {},
	} {
		var got [2]string
		if m := changedFrom.FindStringSubmatch(value); m != nil {
			got = [2]string{m[1], m[2]}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}
