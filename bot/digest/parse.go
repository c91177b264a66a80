package digest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"reportbot/ingest/text"
)

// What schedules are written with, folded.
var (
	everyDay  = words("daily", "everyday", "每天", "每日")
	weekdays  = words("weekdays", "weekday", "工作日", "每个工作日", "周一至周五", "周一到周五", "交易日")
	weekly    = words("weekly", "每周", "每星期")
	weekdayZh = regexp.MustCompile(`^(?:每)?(?:周|星期|礼拜)([一二三四五六日天])$`)
	weekdayEn = regexp.MustCompile(`^(sun|mon|tue|wed|thu|fri|sat)(?:day|s?day|nesday|rsday|urday)?s?$`)
	clock     = regexp.MustCompile(`^(上午|早上|早|中午|下午|晚上|晚)?(\d{1,2})(?:[:.](\d{1,2})|[点时](?:(\d{1,2})分?|(半))?)?(am|pm)?$`)
	zones     = map[string]string{
		"utc": "UTC", "gmt": "UTC", "北京": "Asia/Shanghai", "上海": "Asia/Shanghai", "香港": "Asia/Hong_Kong", "新加坡": "Asia/Singapore",
		"东京": "Asia/Tokyo", "伦敦": "Europe/London", "纽约": "America/New_York",
	}
	// glued is a time written right behind the day: 每周一8点
	glued    = regexp.MustCompile(`(每天|每日|工作日|交易日|(?:每周|每星期)[一二三四五六日天]|周五)((?:上午|早上?|中午|下午|晚上?)?\d)`)
	field    = regexp.MustCompile(`[^\s，,、；;“”"]*[“"][^”"]*[”"]|[^\s，,、；;]+`)
	quotes   = strings.NewReplacer("“", "", "”", "", `"`, "")
	zoneName = regexp.MustCompile(`^[A-Za-z_]+/[A-Za-z0-9_+\-/]+$`)
)

func words(all ...string) map[string]bool {
	out := map[string]bool{}
	for _, w := range all {
		out[w] = true
	}
	return out
}

// ParseSpec reads a schedule, its words in any order, and returns what is none
// of it: the filters, of which one in quotes may hold blanks. Days are every day unless it says otherwise, the zone is
// DefaultZone; a time must be there. The error is a *Problem.
func ParseSpec(s string) (Spec, []string, error) {
	p := parser{spec: Spec{Zone: DefaultZone}}
	fields := field.FindAllString(glued.ReplaceAllString(s, "$1 $2"), -1) // with their quotes: “每天” in them is no schedule
	for i := 0; i < len(fields); i++ {
		took, err := p.take(fields[i:])
		if err != nil {
			return Spec{}, nil, err
		}
		if took == 0 {
			p.rest = append(p.rest, quotes.Replace(fields[i]))
			continue
		}
		i += took - 1
	}
	if p.weekly && !p.spec.Weekly {
		return Spec{}, nil, &Problem{"每周哪一天？例如：每周一 08:30。", "On which day of the week? For example: weekly Mon 08:30."}
	}
	if !p.timed {
		return Spec{}, nil, &Problem{"几点发送？例如：工作日 08:30。", "At what time? For example: weekdays 08:30."}
	}
	if p.spec.loc == nil {
		p.spec.loc, _ = time.LoadLocation(DefaultZone) // it is embedded
	}
	return p.spec, p.rest, nil
}

// Words are the words of a filter, of which one in quotes may hold blanks.
func Words(s string) []string {
	out := field.FindAllString(s, -1)
	for i := range out {
		out[i] = quotes.Replace(out[i])
	}
	return out
}

// parser is a schedule in the making.
type parser struct {
	spec                 Spec
	timed, zoned, weekly bool
	cadence              string // the words that said on which days
	rest                 []string
}

// take reads a schedule's word off the fields and returns how many it took, 0
// for a word that is no part of a schedule.
func (p *parser) take(fields []string) (int, error) {
	word, folded := fields[0], text.Fold(fields[0])
	if day, ok := weekday(folded); ok {
		return 1, p.on(Cadence{Weekly: true, Day: day}, word)
	}
	switch {
	case everyDay[folded]:
		return 1, p.on(Cadence{}, word)
	case weekdays[folded]:
		return 1, p.on(Cadence{Weekdays: true}, word)
	case weekly[folded]:
		p.weekly = true
		if len(fields) > 1 && folded != "weekly" {
			if day, ok := weekday("周" + text.Fold(fields[1])); ok {
				return 2, p.on(Cadence{Weekly: true, Day: day}, word)
			}
		}
		return 1, nil
	case folded == "at" || folded == "on" || folded == "every":
		return 1, nil
	}
	if m := clock.FindStringSubmatch(folded); m != nil && (m[3]+m[4]+m[5]+m[6] != "" || strings.ContainsAny(folded, "点时")) {
		return 1, p.at(m, word)
	}
	return p.zone(word, folded)
}

func weekday(folded string) (time.Weekday, bool) {
	if m := weekdayZh.FindStringSubmatch(folded); m != nil {
		for i, d := range daysZh {
			if d == m[1] || m[1] == "天" && i == 0 {
				return time.Weekday(i), true
			}
		}
	}
	if m := weekdayEn.FindStringSubmatch(folded); m != nil {
		return time.Weekday(strings.Index("sunmontuewedthufrisat", m[1]) / 3), true
	}
	return 0, false
}

// on sets the days, once.
func (p *parser) on(c Cadence, word string) error {
	if p.cadence != "" {
		return twice(p.cadence, word)
	}
	p.cadence, p.spec.Cadence = word, c
	return nil
}

func twice(a, b string) error {
	return &Problem{fmt.Sprintf("“%s”和“%s”不能同时用；请分成两个订阅。", a, b), fmt.Sprintf("%q and %q do not go together; make two subscriptions.", a, b)}
}

// at sets the time of day, once.
func (p *parser) at(m []string, word string) error {
	hour, _ := strconv.Atoi(m[2])
	minute, _ := strconv.Atoi(m[3] + m[4])
	if m[5] != "" {
		minute = 30
	}
	after := m[6] == "pm" || strings.HasPrefix(m[1], "下") || strings.HasPrefix(m[1], "晚") || m[1] == "中午"
	switch {
	case after && hour < 12 && !(m[1] == "中午" && hour > 10):
		hour += 12
	case m[6] == "am" && hour == 12:
		hour = 0
	}
	if hour > 23 || minute > 59 {
		return &Problem{fmt.Sprintf("“%s”不是一天里的时间，请写成 08:30 这样。", word), fmt.Sprintf("%q is no time of day; write it like 08:30.", word)}
	}
	if p.timed {
		return twice(fmt.Sprintf("%02d:%02d", p.spec.Hour, p.spec.Minute), word)
	}
	p.timed, p.spec.Hour, p.spec.Minute = true, hour, minute
	return nil
}

// zone sets the zone, once.
func (p *parser) zone(word, folded string) (int, error) {
	name := zones[strings.TrimSuffix(folded, "时间")]
	if name == "" && zoneName.MatchString(word) {
		name = word
	}
	if name == "" {
		return 0, nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return 0, &Problem{fmt.Sprintf("没有叫“%s”的时区，请写成 Asia/Shanghai 这样。", word), fmt.Sprintf("There is no time zone %q; write it like Asia/Shanghai.", word)}
	}
	if p.zoned {
		return 0, twice(p.spec.Zone, word)
	}
	p.zoned, p.spec.Zone, p.spec.loc = true, loc.String(), loc
	return 1, nil
}
