package digest

// Problem is what is wrong with what somebody wrote, in one sentence of each
// language.
type Problem struct{ Zh, En string }

func (p *Problem) Error() string { return p.En }

// Say is the sentence in a language, zh or en.
func (p *Problem) Say(lang string) string { return say(lang, p.Zh, p.En) }

func say(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}
