package bot

import (
	"strconv"
	"time"

	"reportbot/bot/answer"
	"reportbot/bot/ticker"
)

// What the bot says by itself where there is no answer. lang is zh or en.

// Introduction says what the bot does and how to ask; covers says what the reports
// here cover, "" for no reports.
func Introduction(lang, covers string) string {
	if covers == "" {
		covers = say(lang, "这里还没有可检索的研报。", "There are no reports to search here yet.")
	}
	return say(lang,
		"你好，我根据研报回答问题：每句话都注明出处（机构、标题、日期、章节、页码和原文），研报里没有的不会编。\n"+
			"直接提问即可，最好写明公司、机构或时间；在同一个话题里可以接着追问。\n",
		"Hello, I answer questions from broker reports. Every sentence names its source: house, title, date, section, page and the words themselves. What the reports do not say, I do not say.\n"+
			"Just ask; it helps to name the company, the house or the time. Follow-up questions work within a thread.\n") + covers
}

// Welcome answers thanks and the like.
func Welcome(lang string) string {
	return say(lang, "不客气，有问题随时问。", "You are welcome. Ask whenever you like.")
}

// Searching says that the reports are being searched.
func Searching(lang string, reports int) string {
	n := strconv.Itoa(reports)
	if reports == 1 && lang != "zh" {
		return "Searching 1 report…"
	}
	return say(lang, "正在检索 "+n+" 篇研报…", "Searching "+n+" reports…")
}

// Busy says that the message has to wait and at which place; 1 is the next.
func Busy(lang string, place int) string {
	if place <= 1 {
		return say(lang, "正在回答别的问题，下一个就是这一条。", "Answering another question; this one is next.")
	}
	n := strconv.Itoa(place)
	return say(lang, "正在回答别的问题，这一条排在第 "+n+" 位。", "Answering other questions; this one is number "+n+" in line.")
}

// Full says that the message was not taken since too many wait.
func Full(lang, id string) string {
	return say(lang, "等待回答的问题太多，这一条没有受理，请过几分钟再问。", "Too many questions are waiting. This one was not taken; please ask again in a few minutes.") + mark(lang, id)
}

// TooMany says that the message was not taken since too many came within a
// minute.
func TooMany(lang string, r *Refusal) string {
	n := strconv.Itoa(int((r.Wait + time.Second - 1) / time.Second))
	switch r.Whose {
	case "user":
		return say(lang, "你提问太快，这一条没有受理；约 "+n+" 秒后可以再问。", "You are asking too fast; this one was not taken. Please ask again in about "+n+" s.")
	case "channel":
		return say(lang, "这个频道提问太多，这一条没有受理；约 "+n+" 秒后可以再问。", "Too many questions come from this channel; this one was not taken. Please ask again in about "+n+" s.")
	}
	return say(lang, "提问的人太多，这一条没有受理；约 "+n+" 秒后可以再问。", "Too many people are asking; this one was not taken. Please ask again in about "+n+" s.")
}

// NotAllowed says that this user may not ask here.
func NotAllowed(lang string) string {
	return say(lang, "你没有在这个频道提问的权限；请联系管理员，或在与我的私信中提问。", "You may not ask in this channel. Ask an administrator for access, or write to me in a direct message.")
}

// NotShared says that an answer was not shared, since what a channel may see
// gives none.
func NotShared(lang string) string {
	return say(lang, "这个频道能看到的研报没有回答这个问题，所以没有分享。", "The reports that this channel may see do not answer this question, so nothing was shared.")
}

// ModelDown says that the language model was not reached, so that an answer,
// or that there is none, is by the words of the reports alone.
func ModelDown(lang, id string) string {
	return say(lang, "语言模型暂时无法使用，这次只按研报原文作答。", "The language model cannot be reached at the moment; this reply goes by the reports' own words alone.") + mark(lang, id)
}

// Spent says that the model is not asked any more today.
func Spent(lang string) string {
	return say(lang, "今天的语言模型用量已用完，明天恢复；这次只按研报原文作答。", "Today's budget for the language model is used up, until tomorrow; this reply goes by the reports' own words alone.")
}

// Quoted says that the answer is in the words of the reports. How to configure
// a model, which would write it, is no business of those who ask.
func Quoted(lang string) string {
	return say(lang, "以上为研报原文摘录。", "These are the reports' own words.")
}

// Notice is the line under all that shows what reports say: that it is no
// advice. Either of its languages may be "": no line.
type Notice struct{ Zh, En string }

// In is the line in a language.
func (n Notice) In(lang string) string { return say(lang, n.Zh, n.En) }

// Under is the line under a reply, "" for one that shows nothing of a report.
// A refusal names the nearest reports or what is covered.
func (n Notice) Under(r Reply) string {
	shows := r.Answer.Status == answer.Answered || r.Answer.Status == answer.Abstained
	if r.Card != nil {
		shows = r.Card.Status == ticker.Answered
	}
	if r.Kind == Help || !shows {
		return ""
	}
	return n.In(r.Lang)
}

// Failed says that something went wrong inside, with the ID that finds the
// line in the log.
func Failed(lang, id string) string {
	return say(lang, "内部出错，这个问题没有得到回答，请稍后再问。", "Something went wrong on our side and the question was not answered. Please ask again later.") + mark(lang, id)
}

// AskAgain says that an answer which only the asker sees was cut short by a
// restart, or by trouble on its way, and that nobody can tell whether it is there.
func AskAgain(lang, id string) string {
	return say(lang, "刚才的回答可能没有送达：它在发送途中被打断，而这里无法查看。如果没有看到，请再问一次。", "The answer may not have reached you: it was interrupted on its way, and cannot be looked up. If you do not see it, please ask again.") + mark(lang, id)
}

// mark is the ID that finds the line in the log.
func mark(lang, id string) string {
	if id == "" {
		return ""
	}
	return say(lang, "（编号 "+id+"）", " (reference "+id+")")
}

func say(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}
