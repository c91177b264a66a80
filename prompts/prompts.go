// Package prompts holds the words said to a language model: one template a
// language and purpose, each rendered by a typed function. Report text goes
// in as fenced data, before the question, and is never an instruction.
package prompts

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed *.tmpl
var files embed.FS

var templates = template.Must(template.ParseFS(files, "*.tmpl"))

// NoAnswer is the word by which the model says that the passages do not
// answer the question.
const NoAnswer = "NO_ANSWER"

// Prompt is what a model is sent. Version names the wording: it goes into
// the record of every answer.
type Prompt struct {
	Version string
	System  string
	User    string
}

// Passage is a numbered piece of a report as the model sees it.
type Passage struct {
	N      int
	Header string // publisher, title, date, section
	Text   string
}

// AnswerInput is what the answer prompt is made of. Fence is a word that
// must not occur in the passages; draw it anew for each question.
type AnswerInput struct {
	Question string
	Fence    string
	Passages []Passage
	NoAnswer string // set by Answer and Mend
}

// Answer renders the prompt that asks for a cited answer in lang, zh or en.
func Answer(lang string, in AnswerInput) (Prompt, error) {
	in.NoAnswer = NoAnswer
	return render("answer", lang, in)
}

// Summary renders the prompt that asks in at most so many sentences what a
// report is about. Its question is ours; that of in is not looked at.
func Summary(lang string, in AnswerInput, most int) (Prompt, error) {
	in.Question = fmt.Sprintf("What are the most important points of this report? Give %d sentences, one point each: what happened and how much, what the house expects, what it concludes.", most)
	if lang == "zh" {
		in.Question = fmt.Sprintf("这篇研报最重要的要点是什么？写 %d 句，每句一个要点：发生了什么、幅度多大，机构预计什么，结论是什么。", most)
	}
	p, err := Answer(lang, in)
	p.Version = SummaryVersion(lang)
	return p, err
}

// SummaryVersion names the wording of Summary.
func SummaryVersion(lang string) string {
	if lang == "zh" {
		return "summary_zh/1"
	}
	return "summary_en/1"
}

// MendInput is what the mending prompt is made of: the answer prompt's input
// with the sentences of the reply that did not stand.
type MendInput struct {
	AnswerInput
	Sentences []Withheld
}

// Withheld is a sentence of a model and the gates of the check it failed.
type Withheld struct{ Text, Failed string }

// Mend renders the prompt that asks, once, to put sentences right.
func Mend(lang string, in MendInput) (Prompt, error) {
	in.NoAnswer = NoAnswer
	return render("mend", lang, in)
}

// RewriteInput is what the rewriting prompt is made of. Fence is a word that
// must not occur in the questions; draw it anew for each message.
type RewriteInput struct {
	Message string
	Fence   string
	Earlier []string // the full questions of the thread, oldest first
}

// Rewrite renders the prompt that asks for the full question that a message of
// a thread means.
func Rewrite(lang string, in RewriteInput) (Prompt, error) {
	return render("rewrite", lang, in)
}

// render renders a template; what stands before its first ===== line is for
// the system.
func render(purpose, lang string, in any) (Prompt, error) {
	name := purpose + "_en"
	if lang == "zh" {
		name = purpose + "_zh"
	}
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name+".tmpl", in); err != nil {
		return Prompt{}, fmt.Errorf("render prompt %s: %w", name, err)
	}
	system, user, ok := strings.Cut(b.String(), "\n=====\n")
	if !ok {
		return Prompt{}, fmt.Errorf("prompt %s has no ===== line", name)
	}
	return Prompt{Version: name + "/1", System: strings.TrimSpace(system), User: strings.TrimSpace(user)}, nil
}
