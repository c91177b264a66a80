package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"reportbot/bot"
	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// modal opens the sources of an answer, or its passages. Whoever pressed must
// be allowed here, and see here all that the answer was searched in.
func (s *Slack) modal(ctx context.Context, e Event) string {
	_, scope, ok := s.at(ctx, e)
	if e.Hidden {
		scope = s.union(ctx, e, scope)
	}
	lang, outcome := s.lang(e), "shown"
	kept, known, err := s.state.Answer(ctx, e.Answer)
	got, have := s.recent.get(e.Answer)
	if have {
		lang = got.Lang
	}
	got.Lang = lang
	var blocks []slack.Block
	var seen []state.Shown
	switch {
	case err != nil || !known: // nobody can tell who may see it
	case !ok || beyond(kept.Scope, scope):
		blocks, outcome = []slack.Block{section(escape(bot.NotAllowed(lang)))}, "refused:not_permitted"
	default:
		blocks, seen, err = s.sources(ctx, e.Kind, kept, scope, got, have)
	}
	if err != nil {
		s.opt.Log.Error("passages not read", "id", e.ID, "error", err.Error())
	}
	if len(blocks) == 0 { // the words of the reports are not kept in the state
		blocks = []slack.Block{section(escape(gone(lang)))}
	}
	if err := s.auditModal(ctx, e, scope, seen, outcome); err != nil {
		s.opt.Log.Error("modal not audited, so not shown", "id", e.ID, "error", err.Error())
		return "failed:state"
	}
	if err := s.openView(ctx, e, lang, blocks); err != nil {
		s.opt.Log.Warn("modal not opened", "id", e.ID, "error", brief(err))
		return "failed:" + reason(err)
	}
	return outcome
}

// gone says that an answer's sources cannot be shown, or what it says cannot be
// taken up: they are no longer there, or no longer to be seen here.
func gone(lang string) string {
	return say(lang, "这个回答的来源已不在手边，请再问一次。", "The sources of this answer are no longer at hand; please ask again.")
}

// sources are the blocks of a modal: of what the reports in scope hold now. What
// was quoted from one that is gone since is not shown from memory. seen are the
// passages they show.
func (s *Slack) sources(ctx context.Context, k Kind, kept state.Answer, scope retrieval.Scope, got bot.Reply, have bool) (blocks []slack.Block, seen []state.Shown, err error) {
	if k == Passages || !have {
		if blocks, seen, err = s.passages(ctx, kept, scope, got.Lang); err != nil || len(blocks) > 0 {
			return blocks, seen, err
		}
	}
	if !have {
		return nil, nil, nil
	}
	if got.Answer.Citations, err = s.still(ctx, got.Answer.Citations, scope); err != nil {
		return nil, nil, err
	}
	if len(got.Answer.Citations) == 0 {
		return nil, nil, nil
	}
	return quotes(got, k), cited(got.Answer.Citations), nil
}

// openView shows blocks in a modal. The trigger is good for three seconds.
func (s *Slack) openView(ctx context.Context, e Event, lang string, blocks []slack.Block) error {
	view := slack.ModalViewRequest{Type: slack.VTModal, Title: plain(say(lang, "来源", "Sources")), Close: plain(say(lang, "关闭", "Close")), Blocks: slack.Blocks{BlockSet: blocks}}
	if e.Kind == Passages {
		view.Title = plain(say(lang, "原文段落", "Passages"))
	}
	_, err := s.api.do(ctx, call{method: "views.open"}, func(ctx context.Context) (string, error) {
		_, err := s.api.client.OpenViewContext(ctx, e.Trigger, view)
		return "", err
	})
	return err
}

// mostPassages are shown in a modal, which takes 100 blocks.
const mostPassages = 20

// passages are the words an answer was drawn from, of reports that are to be
// seen here now; nil without a Reader.
func (s *Slack) passages(ctx context.Context, a state.Answer, scope retrieval.Scope, lang string) (out []slack.Block, shown []state.Shown, err error) {
	if s.opt.Reader == nil {
		return nil, nil, nil
	}
	cited := map[string]bool{}
	var ids, fronts []string
	for _, p := range a.Passages {
		if p.PassageID == "" {
			fronts = append(fronts, p.ReportID)
			continue
		}
		ids, cited[p.PassageID] = append(ids, p.PassageID), p.Cited
	}
	found, err := s.opt.Reader.Passages(ctx, ids)
	reports, bad := s.opt.Reader.Reports(ctx, scope)
	if err := errors.Join(err, bad); err != nil {
		return nil, nil, err
	}
	of := map[string]report.Header{}
	for _, r := range reports {
		of[r.ID] = r.Header()
	}
	// What is cited comes first: it is what one opens the modal for.
	slices.SortStableFunc(found, func(x, y report.Passage) int { return rank(cited[x.ID]) - rank(cited[y.ID]) })
	for _, id := range slices.Compact(fronts) {
		if h, seen := of[id]; seen && len(out) < mostPassages {
			out = append(out, section(say(lang, "（已引用报告首部）", "(cited: the front of the report) ")+source(report.Citation{Report: h}, lang, 0)))
			shown = append(shown, state.Shown{ReportID: id, Cited: true})
		}
	}
	out, also := s.words(out, found, of, cited, lang)
	return out, append(shown, also...), nil
}

// words adds passages to the blocks of a modal, of each report so many
// characters as its licence allows. shown are those they are of.
func (s *Slack) words(out []slack.Block, found []report.Passage, of map[string]report.Header, cited map[string]bool, lang string) (_ []slack.Block, shown []state.Shown) {
	used, hidden := map[string]int{}, 0
	for _, p := range found {
		h, seen := of[p.ReportID]
		if !seen || len(out) == mostPassages {
			continue
		}
		head := source(report.Citation{Report: h, SectionNumber: p.Number, SectionTitle: p.SectionTitle(), Page: p.PageFrom}, lang, 0)
		if cited[p.ID] {
			head = say(lang, "（已引用）", "(cited) ") + head
		}
		room := mostSection - cost(head) - 10 // for what stands around the words
		if most := s.opt.Licence.Report; most > 0 {
			room = min(room, most-used[p.ReportID])
		}
		words, cut := clipped(strings.TrimSpace(p.Text), room)
		if used[p.ReportID] += utf8.RuneCountInString(words); words == "" {
			hidden++
			continue
		}
		if words = escape(cells.Replace(words)); cut {
			words += "……"
		}
		out = append(out, section(head+"\n"+words))
		shown = append(shown, state.Shown{PassageID: p.ID, ReportID: p.ReportID, Cited: cited[p.ID]})
	}
	if hidden > 0 {
		out = append(out, slack.NewContextBlock("", mrkdwn(say(lang, fmt.Sprintf("每篇研报只显示有限的原文，另有 %d 个段落未显示。", hidden),
			fmt.Sprintf("Of each report only so many words are shown; %d more passage(s) are not.", hidden)))))
	}
	return out, shown
}

// cells parts the cells of a table's rows so that they can be told apart where
// tabs are a blank wide.
var cells = strings.NewReplacer("\t", " | ")

func rank(cited bool) int {
	if cited {
		return 0
	}
	return 1
}

// quotes are the sources of an answer, with all of each quote for Passages.
func quotes(r bot.Reply, k Kind) []slack.Block {
	var out []slack.Block
	quote := mostQuote
	if k == Passages {
		quote = mostSection - 500
	}
	for _, s := range sources(r.Answer.Citations[:min(len(r.Answer.Citations), 90)], r.Lang, quote) { // of Slack's 100
		out = append(out, section(s))
	}
	if n := len(r.Answer.Record.Passages); n > 0 && k == Passages {
		out = append(out, slack.NewContextBlock("", mrkdwn(say(r.Lang,
			fmt.Sprintf("回答取自检索到的 %d 个段落。", n), fmt.Sprintf("The answer was drawn from %d passages.", n)))))
	}
	return out
}

// still are the citations of reports that the scope has now.
func (s *Slack) still(ctx context.Context, all []report.Citation, scope retrieval.Scope) ([]report.Citation, error) {
	if s.opt.Reader == nil {
		return all, nil
	}
	reports, err := s.opt.Reader.Reports(ctx, scope)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, h := range reports {
		there[h.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(c report.Citation) bool { return !there[c.Report.ID] }), nil
}

// recent remembers the last answers. Their words are not kept on disk.
type recent struct {
	mu    sync.Mutex
	all   map[string]bot.Reply
	order []string
}

const mostRecent = 500

func (r *recent) add(id string, v bot.Reply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.all[id]; !ok {
		r.order = append(r.order, id)
	}
	r.all[id] = v
	for len(r.order) > mostRecent {
		delete(r.all, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *recent) get(id string) (bot.Reply, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.all[id]
	return v, ok
}
