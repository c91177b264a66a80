package digest

import (
	"fmt"
	"time"
	_ "time/tzdata" // the image is empty: without it no zone but UTC would load
)

// Cadence is on which days a digest is due. The zero value is every day.
type Cadence struct {
	Weekdays bool         // Monday to Friday; holidays are not known
	Weekly   bool         // on Day alone
	Day      time.Weekday // of Weekly
}

// Spec is when a digest is due, by the clocks of a zone.
type Spec struct {
	Cadence
	Hour, Minute int
	Zone         string // IANA name: Asia/Shanghai
	loc          *time.Location
}

// DefaultZone is taken where a schedule names none.
const DefaultZone = "Asia/Shanghai"

// Slot is one time at which a digest is due. Date is the day on the calendar of
// the zone (YYYY-MM-DD) and names the slot: a day has one, whatever the clocks
// do on it.
type Slot struct {
	Date string
	At   time.Time
}

// String writes the schedule as ParseSpec reads it.
func (s Spec) String() string {
	days := "daily"
	switch {
	case s.Weekdays:
		days = "weekdays"
	case s.Weekly:
		days = "weekly " + s.Day.String()[:3]
	}
	return fmt.Sprintf("%s %02d:%02d %s", days, s.Hour, s.Minute, s.Zone)
}

var daysZh = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// Say writes the schedule for people.
func (s Spec) Say(lang string) string {
	days := say(lang, "每天", "every day")
	switch {
	case s.Weekdays:
		days = say(lang, "工作日（周一至周五）", "on weekdays (Monday to Friday)")
	case s.Weekly:
		days = say(lang, "每周"+daysZh[s.Day], "every "+s.Day.String())
	}
	return fmt.Sprintf(say(lang, "%s %02d:%02d（%s）", "%s at %02d:%02d (%s)"), days, s.Hour, s.Minute, s.Zone)
}

// on reports whether a digest is due on a day, given at midnight UTC.
func (s Spec) on(day time.Time) bool {
	w := day.Weekday()
	return (!s.Weekdays || w != time.Saturday && w != time.Sunday) && (!s.Weekly || w == s.Day)
}

// slot is that of a day, given at midnight UTC.
func (s Spec) slot(day time.Time) Slot {
	return Slot{day.Format(time.DateOnly), instant(day.Add(time.Duration(s.Hour)*time.Hour+time.Duration(s.Minute)*time.Minute), s.loc)}
}

// instant is when the clocks of a zone show what wall shows in UTC: the first
// time where they show it twice, and where they never do the first instant
// after the gap. time.Date promises neither. A zone is taken to change its
// clocks at most once in two days.
func instant(wall time.Time, loc *time.Location) time.Time {
	offset := func(t time.Time) time.Duration {
		_, seconds := t.In(loc).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, after := offset(wall.Add(-24*time.Hour)), offset(wall.Add(24*time.Hour))
	early, late := wall.Add(-max(before, after)), wall.Add(-min(before, after))
	for _, t := range []time.Time{early, late} {
		if t.Add(offset(t)).Equal(wall) {
			return t.In(loc)
		}
	}
	start, _ := late.In(loc).ZoneBounds() // late is behind the gap
	return start
}

// days is how far Last and Next look: a week, and what the change of a clock
// may move.
const days = 9

// day is the calendar day of a time in the zone, as midnight UTC.
func (s Spec) day(t time.Time) time.Time {
	y, m, d := t.In(s.loc).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Last is the last slot at or before now.
func (s Spec) Last(now time.Time) Slot {
	for d, n := s.day(now).AddDate(0, 0, 1), 0; n < days; d, n = d.AddDate(0, 0, -1), n+1 {
		if slot := s.slot(d); s.on(d) && !slot.At.After(now) {
			return slot
		}
	}
	return Slot{} // unreachable: every week has a slot
}

// Next is the first slot after now.
func (s Spec) Next(now time.Time) Slot {
	for d, n := s.day(now).AddDate(0, 0, -1), 0; n < days; d, n = d.AddDate(0, 0, 1), n+1 {
		if slot := s.slot(d); s.on(d) && slot.At.After(now) {
			return slot
		}
	}
	return Slot{} // unreachable: every week has a slot
}

// Moved is the first slot within a year of now that the clocks jump over.
func (s Spec) Moved(now time.Time) (Slot, bool) {
	for slot := s.Next(now); slot.At.Before(now.AddDate(1, 0, 0)); slot = s.Next(slot.At) {
		if slot.At.Hour() != s.Hour || slot.At.Minute() != s.Minute {
			return slot, true
		}
	}
	return Slot{}, false
}
