package digest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/bot/digest"
)

func spec(t testing.TB, s string) digest.Spec {
	t.Helper()
	got, rest, err := digest.ParseSpec(s)
	if err != nil || len(rest) > 0 {
		t.Fatalf("%q: %v, left %q", s, err, rest)
	}
	return got
}

func TestParseSpec(t *testing.T) {
	for in, want := range map[string]string{
		"08:30":                             "daily 08:30 Asia/Shanghai",
		"daily 8:30":                        "daily 08:30 Asia/Shanghai",
		"weekdays 08:30 Asia/Shanghai":      "weekdays 08:30 Asia/Shanghai",
		"weekly Mon 08:30 America/New_York": "weekly Mon 08:30 America/New_York",
		"every Friday at 5pm Europe/London": "weekly Fri 17:00 Europe/London",
		"wednesday 12:05am UTC":             "weekly Wed 00:05 UTC",
		"每天 8点半":                            "daily 08:30 Asia/Shanghai",
		"每天早上8点":                            "daily 08:00 Asia/Shanghai",
		"工作日 08：30":                         "weekdays 08:30 Asia/Shanghai",
		"每个工作日8:30 上海时间":                    "weekdays 08:30 Asia/Shanghai",
		"周一至周五 下午3点05分":                     "weekdays 15:05 Asia/Shanghai",
		"每周一 9:00":                          "weekly Mon 09:00 Asia/Shanghai",
		"每周 一 9:00 纽约时间":                    "weekly Mon 09:00 America/New_York",
		"星期天，21:15，Asia/Kolkata":            "weekly Sun 21:15 Asia/Kolkata",
		"周五18点":                             "weekly Fri 18:00 Asia/Shanghai",
		"08:30 每天 300750.SZ 电子 “Logistics & Ports”": "daily 08:30 Asia/Shanghai | 300750.SZ 电子 Logistics & Ports",
		"weekdays 08:30 broker:青岚":                  "weekdays 08:30 Asia/Shanghai | broker:青岚",
	} {
		s, rest, err := digest.ParseSpec(in)
		got := s.String()
		if len(rest) > 0 {
			got += " | " + strings.Join(rest, " ")
		}
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
			continue
		}
		if again, _, err := digest.ParseSpec(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%q is read back as %q, %v", s, again, err)
		}
	}
}

// What is wrong is told in one sentence of either language, which names it.
func TestParseSpecProblems(t *testing.T) {
	for in, want := range map[string]string{
		"每天 25:00":                             "25:00",
		"08:75":                                "08:75",
		"weekdays 08:30 Asia/Shanghia":         "Asia/Shanghia",
		"weekdays 08:30 Mars/Olympus":          "Mars/Olympus",
		"daily":                                "08:30",
		"":                                     "08:30",
		"weekly 08:30":                         "weekly",
		"每周 08:30":                             "每周",
		"daily weekdays 08:30":                 "weekdays",
		"08:30 18:00":                          "18:00",
		"08:30 Asia/Shanghai America/New_York": "America/New_York",
	} {
		_, _, err := digest.ParseSpec(in)
		var p *digest.Problem
		if !errors.As(err, &p) || !strings.Contains(p.Say("zh")+p.Say("en"), want) || strings.ContainsAny(p.Say("zh")+p.Say("en"), "\n") {
			t.Errorf("%q: got %v, want a sentence with %q", in, err, want)
		}
	}
}

// A time that the clocks jump over is the first instant after the gap, one
// that they show twice is the first.
func TestSlotsAcrossClockChanges(t *testing.T) {
	for _, tt := range []struct{ spec, day, want string }{
		{"daily 02:30 America/New_York", "2026-03-07", "2026-03-07T02:30:00-05:00"},
		{"daily 02:30 America/New_York", "2026-03-08", "2026-03-08T03:00:00-04:00"}, // gap
		{"daily 02:00 America/New_York", "2026-03-08", "2026-03-08T03:00:00-04:00"},
		{"daily 03:00 America/New_York", "2026-03-08", "2026-03-08T03:00:00-04:00"},
		{"daily 01:30 America/New_York", "2026-11-01", "2026-11-01T01:30:00-04:00"}, // twice
		{"daily 02:00 America/New_York", "2026-11-01", "2026-11-01T02:00:00-05:00"},
		{"daily 01:30 Europe/London", "2026-03-29", "2026-03-29T02:00:00+01:00"},
		{"daily 01:30 Europe/London", "2026-10-25", "2026-10-25T01:30:00+01:00"},
		{"daily 08:30 Asia/Shanghai", "2026-03-08", "2026-03-08T08:30:00+08:00"},
		{"daily 08:30 Asia/Kolkata", "2026-03-29", "2026-03-29T08:30:00+05:30"},
		{"daily 00:15 America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"}, // midnight itself is gone
		{"daily 02:15 Australia/Lord_Howe", "2026-10-04", "2026-10-04T02:30:00+11:00"},
		{"daily 12:00 Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"}, // the whole day is gone
	} {
		s := spec(t, tt.spec)
		day, _ := time.Parse(time.DateOnly, tt.day)
		var got digest.Slot
		for got = s.Next(day.AddDate(0, 0, -2)); got.Date < tt.day; got = s.Next(got.At) {
		}
		if got.Date != tt.day || got.At.Format(time.RFC3339) != tt.want {
			t.Errorf("%s on %s: got %s %s, want %s", tt.spec, tt.day, got.Date, got.At.Format(time.RFC3339), tt.want)
		}
	}
	if slot, ok := spec(t, "daily 02:30 America/New_York").Moved(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); !ok || slot.Date != "2026-03-08" {
		t.Errorf("moved: %v %v", slot, ok)
	}
	if slot, ok := spec(t, "daily 02:30 Asia/Shanghai").Moved(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Errorf("moved in Shanghai: %v", slot)
	}
}

var theZones = []string{"Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kolkata"}

// Over three years and at every quarter of an hour of a day, the slots are one
// a day in order, and Last and Next agree about each of them.
func TestSlotsAreOneADay(t *testing.T) {
	for _, zone := range theZones {
		for quarter := range 96 {
			s := spec(t, fmt.Sprintf("daily %02d:%02d %s", quarter/4, quarter%4*15, zone))
			begin := time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)
			last := s.Next(begin)
			for n := range 3 * 365 {
				next := s.Next(last.At)
				day, _ := time.Parse(time.DateOnly, last.Date)
				if want := day.AddDate(0, 0, 1).Format(time.DateOnly); next.Date != want || !next.At.After(last.At) {
					t.Fatalf("%s: after %v comes %v", s, last, next)
				}
				if n%7 == 0 && (s.Last(next.At) != next || s.Last(next.At.Add(-1)) != last || s.Next(next.At.Add(-1)) != next) {
					t.Fatalf("%s: at %v Last and Next differ", s, next)
				}
				last = next
			}
		}
	}
}

func TestSlotsOfDays(t *testing.T) {
	for in, want := range map[string][]string{
		"weekdays 08:30":   {"2026-11-05", "2026-11-06", "2026-11-09", "2026-11-10"},
		"weekly Sat 08:30": {"2026-11-07", "2026-11-14", "2026-11-21", "2026-11-28"},
	} {
		s := spec(t, in)
		at := time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC) // 08:00 in Shanghai
		var got []string
		for range 4 {
			slot := s.Next(at)
			got = append(got, slot.Date)
			at = slot.At
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", in, got, want)
		}
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add("每周一 08:30 Asia/Shanghai 300750.SZ")
	f.Fuzz(func(t *testing.T, in string) {
		s, _, err := digest.ParseSpec(in)
		if err != nil {
			return
		}
		if again, rest, err := digest.ParseSpec(s.String()); err != nil || len(rest) > 0 || again.String() != s.String() {
			t.Errorf("%q became %q, which is read as %q, %v", in, s, again, err)
		}
		if now := time.Now(); s.Next(now).Date == "" || s.Last(now).Date == "" {
			t.Errorf("%q has no slots", s)
		}
	})
}
