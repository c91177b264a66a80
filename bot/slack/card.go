package slack

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"reportbot/bot/ticker"
)

// What a message takes of a table, which Slack allows once and with a hundred
// rows, and of the securities that may be meant.
const (
	mostRows   = 40
	mostOffers = 10
)

// card is the card of the reply, nil where there is none or it only asks back.
func (c closing) card() *ticker.Card {
	if k := c.reply.Card; k != nil && k.Status == ticker.Answered {
		return k
	}
	return nil
}

// parts cuts a text for as many messages as it takes. A card is one.
func (c closing) parts(text string) []string {
	if c.card() != nil {
		return []string{text}
	}
	return split(text, mostText)
}

// body are the blocks of the text, or of the card that it is the text of.
// tables is false where Slack did not take them.
func (c closing) body(text string, tables bool) []slack.Block {
	if k := c.card(); k != nil {
		return cardBlocks(k, tables)
	}
	return sections(text)
}

// cardBlocks writes a card without its sources. What there is no room for is
// counted.
func cardBlocks(c *ticker.Card, tables bool) []slack.Block {
	out := []slack.Block{slack.NewHeaderBlock(plain(trim(ticker.Name(c.Lang, c.Security), 150)))}
	if c.Note != "" {
		out = append(out, slack.NewContextBlock("", mrkdwn(escape(trim(c.Note, 400)))))
	}
	left := mostText
	for _, b := range c.Blocks() {
		lines := make([]string, 0, len(b.Lines)+len(b.Table))
		for _, l := range b.Lines {
			lines = append(lines, strings.TrimSpace(trim(l.Text, 600)+" "+ticker.Marks(l.Citations)))
		}
		table := b.Table[:min(len(b.Table), mostRows)]
		more := len(b.Table) - len(table)
		if len(table) > 0 && tables {
			out = append(out, section("*"+b.Title+"*"+moreLines(c.Lang, more)), tableBlock(table))
			left -= cellCost(table)
			continue
		}
		for _, row := range table {
			lines = append(lines, rowText(row))
		}
		text, cut := fill("*"+b.Title+"*", lines, min(left, mostSection))
		left -= cost(text)
		out = append(out, section(text+moreLines(c.Lang, more+cut)))
	}
	return out
}

// fill adds lines to a title while there is room, and counts those left out.
func fill(title string, lines []string, room int) (text string, cut int) {
	const note = 30 // for moreLines
	text = title
	for i, l := range lines {
		next := text + "\n" + escape(l)
		if len([]rune(next)) > room-note {
			return text, len(lines) - i
		}
		text = next
	}
	return text, 0
}

// moreLines says how many lines are not shown.
func moreLines(lang string, n int) string {
	if n == 0 {
		return ""
	}
	return "\n" + say(lang, fmt.Sprintf("…… 另有 %d 行", n), fmt.Sprintf("… %d more", n))
}

// rowText is a row where there are no tables.
func rowText(row []string) string {
	var out []string
	for _, cell := range row {
		if cell != "" {
			out = append(out, cell)
		}
	}
	return strings.Join(out, " · ")
}

// tableBlock is a table whose numbers stand to the right, all but its first two
// columns.
func tableBlock(rows [][]string) *slack.TableBlock {
	t := slack.NewTableBlock("")
	for i := range rows[0] {
		align := slack.ColumnAlignmentLeft
		if i > 1 {
			align = slack.ColumnAlignmentRight
		}
		t.ColumnSettings = append(t.ColumnSettings, slack.ColumnSetting{Align: align, IsWrapped: i < 2})
	}
	for _, row := range rows {
		cells := make([]slack.TableCell, len(row))
		for i, s := range row {
			cells[i] = slack.NewTableRawTextCell(bare(cell(s)))
		}
		t.AddRow(cells...)
	}
	return t
}

// cell is a cell that is never empty: Slack takes none.
func cell(s string) string {
	if s == "" {
		return "–"
	}
	return trim(s, 60)
}

func cellCost(rows [][]string) int {
	n := 0
	for _, row := range rows {
		for _, s := range row {
			n += cost(cell(s))
		}
	}
	return n
}

// offers are the buttons of the securities that may be meant.
func (c closing) offers() []slack.BlockElement {
	k := c.reply.Card
	if k == nil || k.Status != ticker.Ambiguous {
		return nil
	}
	var out []slack.BlockElement
	for i, s := range k.Candidates[:min(len(k.Candidates), mostOffers)] {
		value := s.Code
		if value == "" {
			value = s.Name
		}
		out = append(out, slack.NewButtonBlockElement(fmt.Sprint(actCard, i), value, plain(trim(ticker.Name(c.lang, s), 75))))
	}
	return out
}
