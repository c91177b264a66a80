package bot

import (
	"cmp"
	"context"

	"reportbot/retrieval"
)

// list answers which reports meet the conditions in a text.
func (b *Bot) list(ctx context.Context, m Message, r *Reply) error {
	a, err := b.answer.Stream(ctx, retrieval.Query{Text: cmp.Or(m.Text, say(r.Lang, "最近", "latest")) + say(r.Lang, "的研报有哪些", " reports"), Scope: m.Scope, Now: m.Now, Limit: m.Limit}, m.Post)
	r.Answer = a
	return err
}
