package answer

// phrases are the sentences the answerer says by itself.
type phrases struct {
	noModel, offTopic, noCompany, notCovered, noValue, emptyCorpus, emptyQuestion, missing, comma, differ, rated, noAdvice, which, points, changing string
}

// words returns the phrases of a language, zh or en.
func words(lang string) phrases {
	if lang == "zh" {
		return phrases{
			noModel:       "未配置语言模型，以上为研报原文摘录；设置 OPENAI_API_KEY，或将 OPENAI_BASE_URL 指向任何兼容 OpenAI 的服务（密钥可空），即可获得概括性回答。",
			offTopic:      "已入库的研报没有涉及这个问题。",
			noCompany:     "已入库的研报没有谈到所问的公司。",
			notCovered:    "已入库的研报没有回答这个问题。",
			noValue:       "已入库的研报提到了相关内容，但没有给出所问的数值。",
			emptyCorpus:   "还没有可供检索的研报：请先用 reportbot ingest 路径 导入。",
			emptyQuestion: "请输入一个问题。",
			missing:       "未找到：",
			comma:         "、",
			differ:        "各机构的数值不同，分列如上。",
			rated:         "各机构的评级不同，分列如上。",
			noAdvice:      "以上是各机构研报的评级，不是投资建议。",
			which:         "请说明问的是哪家公司。",
			points:        "原文要点：",
			changing:      "所涉研报正在更新，请稍后再问。",
		}
	}
	return phrases{
		noModel:       "No language model is configured, so these are the reports' own words; set OPENAI_API_KEY, or point OPENAI_BASE_URL at any OpenAI-compatible server (the key may be empty), for a written answer.",
		offTopic:      "The reports do not deal with this question.",
		noCompany:     "The reports do not speak about the company asked for.",
		notCovered:    "The reports do not answer this question.",
		noValue:       "The reports touch on this but do not give the value asked for.",
		emptyCorpus:   "There are no reports to search yet: bring some in with reportbot ingest PATH.",
		emptyQuestion: "Please ask a question.",
		missing:       " Not found: ",
		comma:         ", ",
		differ:        "The houses differ; each is given with its source.",
		rated:         "The houses rate it differently; each is given with its source.",
		noAdvice:      "These are the ratings of the houses' reports, not advice.",
		which:         "Which company do you mean?",
		points:        "Points, in the reports' own words:",
		changing:      "The reports on this are being replaced right now; please ask again.",
	}
}

func unavailable(lang, code string) Answer {
	w := words(lang)
	text := w.emptyCorpus
	switch code {
	case "empty_question":
		text = w.emptyQuestion
	case "changing":
		text = w.changing
	}
	return Answer{Status: Unavailable, Text: text, Reason: Reason{Code: code, Text: text}}
}
