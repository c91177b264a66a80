package ingest

import (
	"errors"
	"time"

	"go.yaml.in/yaml/v3"

	"reportbot/ingest/report"
)

// The spellings of a time: with its zone, or in that of this process.
var (
	zoned = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04 Z07:00"}
	local = []string{time.DateOnly, "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04", "2006-01-02T15:04:05"}
)

// visibleFrom reads the time until which nobody is told of a report.
func visibleFrom(n *yaml.Node) (correction, error) {
	s, err := scalar(n)
	if err != nil {
		return correction{}, err
	}
	t, ok := readTime(s, time.Local)
	if !ok {
		return correction{}, errors.New("a time like 2026-12-01 08:00 (in the zone of this process) or 2026-12-01T08:00:00+08:00 is needed")
	}
	return correction{text: s, set: func(r *report.Report) { r.VisibleFrom = t }}, nil
}

// readTime reads a time; a date alone is its beginning. It comes in whole
// milliseconds, as it is stored, and never earlier than it says.
func readTime(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range zoned {
		if t, err := time.Parse(layout, s); err == nil {
			return upToMillis(t), true
		}
	}
	for _, layout := range local {
		if wall, err := time.Parse(layout, s); err == nil {
			return upToMillis(latest(wall, zone)), true
		}
	}
	return time.Time{}, false
}

func upToMillis(t time.Time) time.Time {
	return t.Add(time.Millisecond - time.Nanosecond).Truncate(time.Millisecond)
}

// latest is when clocks in the zone show the wall time that is given as one of
// UTC: the second time, in a night that has it twice, and the end of the gap
// where clocks jump over it.
func latest(wall time.Time, zone *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	shown := func(t time.Time) time.Time {
		_, offset := t.Zone()
		return t.Add(time.Duration(offset) * time.Second)
	}
	// From above: shown never falls but where clocks are put back.
	const most = 3 * time.Hour // the widest jump of a zone in use is one hour; others have been two
	for late := t.Add(most); late.After(t); late = late.Add(-30 * time.Minute) {
		if shown(late).Equal(wall) {
			return late
		}
	}
	begun, ends := t.ZoneBounds()
	switch {
	case shown(t).Equal(wall):
		return t
	case shown(t).Before(wall):
		return ends
	}
	return begun
}
