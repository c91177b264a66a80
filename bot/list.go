package bot

import (
	"context"

	"reportbot/retrieval"
)

// list answers which reports meet the filters in a text.
func (b *Bot) list(ctx context.Context, m Message, r *Reply) (err error) {
	r.Answer, err = b.answer.List(ctx, retrieval.Query{Text: m.Text, Scope: m.Scope, Now: m.Now, Language: r.Lang}, m.Post)
	return err
}
