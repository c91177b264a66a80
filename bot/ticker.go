package bot

import (
	"context"
	"strings"

	"reportbot/bot/answer"
	"reportbot/bot/ticker"
)

// Cards sums up single securities. It is safe for concurrent use.
type Cards interface {
	// Card makes the card of a query; one that names no security has a status
	// and a reason. An error means that nothing could be read.
	Card(ctx context.Context, q ticker.Query) (ticker.Card, error)
}

// ticker makes the card of a security. The reply's answer is the card as text
// with its citations, so that whoever keeps or shows answers need not know cards.
func (b *Bot) ticker(ctx context.Context, m Message, r *Reply) error {
	c, err := b.cards.Card(ctx, ticker.Query{Text: m.Text, Scope: m.Scope, Now: m.Now, Lang: m.Lang})
	if err != nil {
		return err
	}
	c.Citations = b.licence.Cap(c.Citations)
	r.Card, r.Lang = &c, c.Lang
	a := &r.Answer
	if c.Status != ticker.Answered {
		a.Status, a.Text = answer.Abstained, c.Reason
		a.Reason.Code, a.Reason.Text = string(c.Status), c.Reason
		return nil
	}
	a.Status, a.Text, a.Citations = answer.Answered, cardText(&c), c.Citations
	for _, k := range c.Citations {
		a.Record.Passages = append(a.Record.Passages, answer.Sent{ID: k.PassageID})
	}
	return nil
}

// cardText is a card without its sources, for where there are no tables.
func cardText(c *ticker.Card) string {
	out := []string{ticker.Name(c.Lang, c.Security)}
	if c.Note != "" {
		out = append(out, c.Note)
	}
	for _, b := range c.Blocks() {
		out = append(out, "", b.Title)
		for _, l := range b.Lines {
			out = append(out, strings.TrimSpace(l.Text+" "+ticker.Marks(l.Citations)))
		}
		for _, row := range b.Table {
			out = append(out, strings.Join(strings.Fields(strings.Join(row, " ")), " "))
		}
	}
	return strings.Join(out, "\n")
}
