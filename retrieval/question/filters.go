package question

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

// What filters leave out that questions say, so that Read knows a rating from a
// shareholder's 增持 and the date of a report from that of a figure.
var (
	rated     = regexp.MustCompile(`评级|给予|给出|\brat(?:ed|ing)`)
	ratingOne = regexp.MustCompile(`(^|、)(` + ratingZh + `)(、|$)`)
	ratingTwo = regexp.MustCompile(`\b(` + ratingEn + `)\b`)
	actionOne = regexp.MustCompile(`(^|、)(上调|下调|调高|调低|维持|重申)(、|$)`)
	firstOne  = regexp.MustCompile(`(^|、)首次(、|$)`)
	actionTwo = regexp.MustCompile(`\b(upgrad|downgrad)es?\b`)
	firstTwo  = regexp.MustCompile(`\binitiat(?:ions?|ed|es?|ing)(?: of)?(?: coverage)?( |$)`)
	keepTwo   = regexp.MustCompile(`\b(maintain|reiterat)(?:e?s|e?d|e)?( |$)`)

	separator = strings.NewReplacer("、", " ", "，", " ", ",", " ", "；", " ", ";", " ", "|", " ", "+", " ")
	dateEnd   = regexp.MustCompile(`^(?:以来|以后|之后|以前|之前|起|至今|初|末|底|份)?(?:、|$)`)
	leadEn    = regexp.MustCompile(`\b(?:since|after|before|until|up to|in|from|on|during|of) (?:the )?$`)
)

// Filters makes a question for reports of filters in plain words, such as
// 兴业 上周 增持 算力 or Beichen underweight since July. A text that is a question
// already stays one.
func Filters(filters string) string {
	s := digitMonths(apart(filters))
	if !rated.MatchString(s) {
		s = twice(ratingOne, s, "${1}评级${2}${3}")
		s = ratingTwo.ReplaceAllString(s, "rated $1")
	}
	s = twice(actionOne, s, "${1}${2}评级${3}")
	s = twice(firstOne, s, "${1}首次覆盖${2}")
	s = actionTwo.ReplaceAllString(s, "${1}ed")
	s = firstTwo.ReplaceAllString(s, "initiation of coverage$1")
	s = keepTwo.ReplaceAllString(s, "${1} rating$2")
	s = datesOfReports(s)
	if corpus(s) != None {
		return s
	}
	if text.Language(s) == "zh" {
		return strings.TrimSpace(s + "的研报有哪些")
	}
	return strings.TrimSpace("which reports " + s)
}

// apart folds filters and keeps them apart: by 、 where Han would else join them,
// which folding does over a blank.
func apart(filters string) string {
	var out strings.Builder
	var last rune
	for _, f := range strings.Fields(separator.Replace(filters)) {
		if f = text.Fold(f); f == "" {
			continue
		}
		first, _ := utf8.DecodeRuneInString(f)
		switch {
		case last == 0:
		case text.IsHan(first) || text.IsHan(last):
			out.WriteString("、")
		default:
			out.WriteString(" ")
		}
		out.WriteString(f)
		last, _ = utf8.DecodeLastRuneInString(f)
	}
	return out.String()
}

// twice replaces matches that may share what stands between them.
func twice(re *regexp.Regexp, s, with string) string {
	return re.ReplaceAllString(re.ReplaceAllString(s, with), with)
}

// datesOfReports puts the word for a report beside each date that stands alone.
func datesOfReports(s string) string {
	var out strings.Builder
	done, zh := 0, text.Language(s) == "zh"
	all := calendar.FindAllStringIndex(s, -1)
	for i := 0; i < len(all); i++ {
		from, to := all[i][0], all[i][1]
		for i+1 < len(all) && between.MatchString(s[to:all[i+1][0]]) { // both ends of a span
			i++
			to = all[i][1]
		}
		switch {
		case !zh:
			if lead := leadEn.FindString(s[:from]); lead != "" && len(lead) <= from-done {
				out.WriteString(s[done:from-len(lead)] + "reports " + lead + s[from:to])
			} else {
				out.WriteString(s[done:to] + " reports")
			}
		default:
			end := dateEnd.FindString(s[to:])
			if end == "" && to < len(s) {
				continue
			}
			to += len(strings.TrimSuffix(end, "、"))
			out.WriteString(s[done:to] + "的研报")
		}
		done = to
	}
	return out.String() + s[done:]
}
