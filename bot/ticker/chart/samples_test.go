package chart

import (
	"fmt"
	"time"
)

// date reads a day of a sample.
func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err) // unreachable: the samples below are written right
	}
	return t
}

var now = date("2026-03-20")

var stances = map[string]Stance{"买入": Positive, "買入": Positive, "增持": Positive, "谨慎增持": Positive, "Buy": Positive, "Overweight": Positive,
	"中性": Neutral, "Neutral": Neutral, "Equal-weight": Neutral, "Underweight": Negative}

// said makes a house of day, target, rating in turn.
func said(name string, all ...any) House {
	h := House{Name: name}
	for i := 0; i+2 < len(all); i += 3 {
		var target float64
		_, _ = fmt.Sscan(fmt.Sprint(all[i+1]), &target) // a number always scans
		rating := all[i+2].(string)
		h.Points = append(h.Points, Point{date(all[i].(string)), target, rating, stances[rating]})
	}
	return h
}

// sixHouses is a year and a half of a well-covered company.
func sixHouses() []House {
	return []House{
		said("兴业证券", "2024-10-21", 38, "增持", "2025-01-15", 42, "增持", "2025-04-28", 45, "买入", "2025-08-20", 51.5, "买入", "2026-02-10", 62, "买入"),
		said("中信证券", "2024-11-04", 40, "买入", "2025-04-29", 48, "买入", "2025-10-30", 58, "买入", "2026-03-02", 66, "买入"),
		said("国泰海通", "2025-01-16", 36.5, "谨慎增持", "2025-08-22", 41, "中性", "2026-01-12", 44, "中性"),
		said("申万宏源", "2025-03-03", 44, "增持", "2025-08-21", 50, "增持", "2025-11-03", 55, "增持"),
		said("海外投行", "2025-05-12", 33, "Underweight", "2025-09-15", 30, "Underweight", "2026-02-11", 39, "Neutral"),
		said("华泰证券", "2025-06-18", 47.25, "买入", "2025-12-08", 60, "买入"),
	}
}

// samples are timelines of every shape.
func samples() map[string]Timeline {
	zh := func(houses ...House) Timeline {
		return Timeline{Title: "星河智能 002230.SZ", Currency: "元", Lang: "zh", Houses: houses, Now: now}
	}
	many := said("兴业证券")
	for i := range 22 {
		many.Points = append(many.Points, Point{date("2024-01-10").AddDate(0, 0, 36*i), 30 + float64(i*7%15) + float64(i), []string{"增持", "买入"}[i/9%2], Positive})
	}
	same := zh(said("兴业证券", "2025-11-03", 35, "买入", "2026-02-20", 35, "买入"), said("中信证券", "2025-11-03", 35, "增持", "2026-02-20", 35, "增持"), said("国泰海通", "2025-11-03", 35, "中性", "2026-02-20", 35, "中性"))
	en := Timeline{Title: "Beichen Robotics NVDA.US", Currency: "USD", Lang: "en", Now: now, Houses: []House{
		said("Harbor Street Research", "2025-05-20", 145, "Overweight", "2025-11-20", 182, "Overweight", "2026-02-26", 210.5, "Overweight"),
		said("Northgate Securities", "2025-06-02", 120, "Neutral", "2025-12-01", 1250.75/7, "Buy"), said("Kestrel & Co.", "2025-10-08", 99, "Underweight", "2026-01-30", 110, "Equal-weight")}}
	tenfold := zh(said("兴业证券", "2025-06-03", 12.5, "增持", "2025-11-03", 15, "买入"), said("中信证券", "2025-07-03", 130, "买入", "2026-01-20", 180, "买入"), said("国泰海通", "2025-11-20", 48, "中性"))
	eleven := sixHouses()
	for i := range 5 {
		eleven = append(eleven, said(fmt.Sprintf("第%d家研究机构有限责任公司香港分公司", i+1), "2025-1"+fmt.Sprint(i%3)+"-05", 40+5*i, "持有"))
	}
	unrated := sixHouses()
	for _, h := range unrated {
		for i := range h.Points {
			h.Points[i].Target = 0
		}
	}
	crowd := zh()
	for i := range 8 {
		name := "机构" + string([]rune("甲乙丙丁戊己庚辛")[i])
		crowd.Houses = append(crowd.Houses, said(name, "2026-02-2"+fmt.Sprint(i), 50+i%3, "买入", "2026-03-0"+fmt.Sprint(i+1), 51+i%4, "买入"))
	}
	return map[string]Timeline{
		"one_point": zh(said("兴业证券", "2025-11-03", 35.5, "买入")), "one_house": zh(many), "six_houses": zh(sixHouses()...), "same_values": same,
		"english": en, "no_targets": zh(unrated...), "tenfold": tenfold, "eleven_houses": zh(eleven...), "crowd": crowd,
		"traditional": {Title: "騰訊控股 00700.HK", Currency: "港元", Lang: "zh", Now: now, Houses: []House{said("滙豐環球研究", "2025-11-14", 720, "買入", "2026-03-19", 1080, "買入"), said("高盛", "2025-12-01", 701, "")}},
	}
}
