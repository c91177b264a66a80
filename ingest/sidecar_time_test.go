package ingest

import (
	"testing"
	"time"
)

// The times a sidecar may give, and when a report becomes visible by them:
// never earlier than is written, however clocks are put.
func TestVisibleFrom(t *testing.T) {
	for _, c := range []struct{ zone, text, want string }{ // want: in UTC, "" for an error
		{"Asia/Shanghai", "2026-12-01 08:00", "2026-12-01T00:00:00Z"},
		{"Asia/Shanghai", "2026-12-01", "2026-11-30T16:00:00Z"},
		{"Asia/Shanghai", "2026-12-01 08:00:30", "2026-12-01T00:00:30Z"},
		{"Asia/Shanghai", "2026-12-01T08:00", "2026-12-01T00:00:00Z"},
		{"Asia/Shanghai", "2026-12-01T08:00:30", "2026-12-01T00:00:30Z"},
		{"Asia/Shanghai", "2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z"},
		{"Asia/Shanghai", "2026-12-01T08:00:00+09:30", "2026-11-30T22:30:00Z"},
		{"Asia/Shanghai", "2026-12-01T08:00-05:00", "2026-12-01T13:00:00Z"},
		{"Asia/Shanghai", "2026-12-01 08:00 -05:00", "2026-12-01T13:00:00Z"},
		{"Asia/Shanghai", "2026-12-01 08:00:05-05:00", "2026-12-01T13:00:05Z"},
		{"UTC", "2026-12-01T08:00:00.0001Z", "2026-12-01T08:00:00.001Z"},
		{"UTC", "2024-02-29", "2024-02-29T00:00:00Z"},
		{"UTC", "1969-12-31", "1969-12-31T00:00:00Z"},
		{"UTC", "9999-12-31 23:59", "9999-12-31T23:59:00Z"},
		// Clocks show it twice, or never.
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T06:30:00Z"},
		{"America/New_York", "2026-11-01 01:30:00-04:00", "2026-11-01T05:30:00Z"},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-08 01:59", "2026-03-08T06:59:00Z"},
		{"America/New_York", "2026-03-08 03:00", "2026-03-08T07:00:00Z"},
		{"Europe/London", "2026-10-25 01:30", "2026-10-25T01:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T15:15:00Z"},
		{"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"}, // midnight is in the gap

		{"UTC", "2026-02-29", ""},
		{"UTC", "2026-12-01 25:00", ""},
		{"UTC", "2026-12-01 8:00", "2026-12-01T08:00:00Z"},
		{"UTC", "01.12.2026", ""},
		{"UTC", "12/01/2026", ""},
		{"UTC", "2026-12-01 08:00 CST", ""}, // of several
		{"UTC", "2026年12月1日", ""},
		{"UTC", "1764547200", ""},
		{"UTC", "tomorrow", ""},
		{"UTC", "", ""},
		{"UTC", "2026-12-01 08:00 or later", ""},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skip(err)
		}
		got, ok := readTime(c.text, zone)
		if text := got.UTC().Format(time.RFC3339Nano); ok != (c.want != "") || ok && text != c.want {
			t.Errorf("%q in %s = %s, %v, want %q", c.text, c.zone, text, ok, c.want)
		}
	}
}
