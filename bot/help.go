package bot

import (
	"context"

	"reportbot/bot/answer"
	"reportbot/retrieval"
)

// help introduces the bot.
func (b *Bot) help(ctx context.Context, m Message, r *Reply) error {
	r.Answer = answer.Answer{Status: answer.Abstained, Text: say(r.Lang, "我根据研报回答问题，每句话都注明出处。", "I answer questions from broker reports, with a source for every sentence.")}
	r.Suggestions = b.Suggest(ctx, m.Scope, r.Lang)
	return nil
}

// Suggest returns up to three questions that the reports in the scope answer.
func (b *Bot) Suggest(_ context.Context, _ retrieval.Scope, _ string) []string {
	return nil
}
