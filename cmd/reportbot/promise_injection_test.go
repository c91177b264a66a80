package main

import (
	"fmt"
	"html"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/answer/check"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval/store"
)

// Reports full of instructions, and a model that obeys them all, make the bot
// post nothing that acts and nothing that no passage bears; no more do the
// reports' own words without a model.
func TestPromiseInjection(t *testing.T) {
	dir := t.TempDir()
	all := attacks(t)
	docs := make([]attacked, injections)
	for i := range docs {
		docs[i] = attacked{company(i), all[(i/len(spots)+i%len(spots)*13)%len(all)], spots[i%len(spots)]}
		docs[i].write(t, filepath.Join(dir, "in"), i)
	}
	var sum summaryView
	decode(t, mustRun(t, reportbot(t, dir, "ingest", "--json", "in"), exitDone), &sum)
	if sum.Added != len(docs) {
		t.Fatalf("%+v, want %d reports", sum, len(docs))
	}
	for name, model := range map[string]answer.Chat{"obedient model": &obedient{}, "no model": nil} {
		t.Run(name, func(t *testing.T) {
			kept := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				h := &hearing{t: t, dir: dir, docs: docs}
				o := openTo(t, filepath.Join(dir, "data"), kept, model, h.hear)
				h.play(o)
				h.judge(o)
			})
		})
	}
}

// hearing is what was asked and replied.
type hearing struct {
	t    *testing.T
	dir  string
	docs []attacked

	mu      sync.Mutex
	replies []bot.Reply
}

func (h *hearing) hear(_ bot.Message, r bot.Reply) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.replies = append(h.replies, r)
}

// play asks about every report, in every place there is.
func (h *hearing) play(o *office) {
	o.command("/digest", "C-dig", "Lin", "订阅 每天 08:30")
	for i, d := range h.docs {
		channel := fmt.Sprint("C-", i)
		switch i % 5 {
		case 0:
			o.command("/ask", channel, "Lin", d.question())
		case 1:
			o.ask(fmt.Sprint("D-", i), "Lin", d.question(), "1.1") // the assistant pane, with a title
		case 2:
			ts := o.ask(channel, "Lin", d.question(), "")
			o.ask(channel, "Lin", "它的风险呢？", ts)
		case 3:
			o.command("/ticker", channel, "Lin", d.company)
			o.command("/report", channel, "Lin", d.company+" "+d.attack)
		default:
			o.ask(channel, "Lin", d.question(), "")
			for _, m := range o.Said(channel) {
				if m.Has("passages") {
					o.Press(m, "Lin", "passages", true)
					o.wait()
				}
			}
		}
	}
	o.Event(map[string]any{"type": "assistant_thread_started", "event_ts": "1.2", "assistant_thread": map[string]any{"user_id": "Lin", "channel_id": "D-new", "thread_ts": "1.1"}})
	o.command("/digest", "C-dig", "Lin", "预览")
	o.command("/digest", "C-dig", "Lin", "立即")
	o.wait()
}

// judge looks at everything that Slack received.
func (h *hearing) judge(o *office) {
	t := h.t
	kinds, posts, unfurls := map[string]int{}, 0, 0
	for _, c := range o.Calls("") {
		for _, x := range c.Tokens() {
			if kinds[x.Kind]++; kinds[x.Kind] <= 5 {
				t.Errorf("%s in %s: %q", x.Kind, x.Where, x.Text)
			}
		}
		if c.Method == "chat.postMessage" || c.Method == "chat.update" || c.Method == "chat.postEphemeral" {
			posts++
			if c.Form.Get("unfurl_links") != "false" || c.Form.Get("unfurl_media") != "false" {
				unfurls++
			}
		}
	}
	claims, bare, quoting := h.claims()
	strange := h.strangeTexts(o)
	files := 0
	for i := range h.docs {
		for _, m := range o.Said(fmt.Sprint("C-", i)) {
			for _, f := range m.Files {
				if files++; !strings.HasPrefix(string(f.Data), "\x89PNG\r\n\x1a\n") || !strings.HasPrefix(f.Name, "reportbot-") {
					t.Errorf("file %s is no picture of ours", f.Name)
				}
			}
		}
	}
	t.Logf("%d documents, %d calls, %d posts, %d modals, %d files: tokens %v, unfurls %d, claims posted %d, without a citation that bears them %d, texts that no answer accounts for %d; claims that are an instruction's words, harmless in form: %d",
		len(h.docs), len(o.Calls("")), posts, len(o.Views()), files, kinds, unfurls, claims, bare, strange, quoting)
	if unfurls > 0 || bare > 0 || strange > 0 || claims < len(h.docs)/3 || posts < len(h.docs)/2 {
		t.Error("see the figures")
	}
}

// claims holds every claim against the passages it cites, once more.
func (h *hearing) claims() (all, bare, quoting int) {
	st, err := store.Open(h.t.Context(), filepath.Join(h.dir, "data"), store.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer st.Close()
	known := security.NewDirectory()
	known.AddKnown()
	checker := check.New(known)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.replies {
		for _, c := range r.Answer.Claims {
			if r.Kind == bot.Reports && (strings.HasSuffix(c.Text, "：") || strings.HasSuffix(c.Text, ":")) {
				continue // our own words: how many reports meet what was asked for
			}
			all++
			var sources []check.Source
			verbatim := false
			for _, k := range r.Answer.Citations {
				found, err := st.Passages(h.t.Context(), []string{k.PassageID})
				if err != nil || len(found) == 0 || !slices.Contains(c.Citations, k.N) {
					continue
				}
				p := &found[0]
				sources = append(sources, check.Source{Header: fmt.Sprintf("%s《%s》%s %s", k.Report.Publisher, k.Report.Title, k.Report.Published, p.Header()), Text: p.Text})
				verbatim = verbatim || k.Quote != "" && strings.Contains(p.Text, k.Quote) && holdsCells(c.Text, k.Quote)
			}
			if len(c.Citations) == 0 || !checker.Sentence(c.Text, sources).OK() && !verbatim && !frontOnly(r.Answer, c) {
				if bare++; bare < 6 {
					h.t.Errorf("no citation bears %q", c.Text)
				}
			}
			if slices.ContainsFunc(h.docs, func(d attacked) bool { return shares(c.Text, d.attack) }) {
				quoting++
			}
		}
	}
	return all, bare, quoting
}

// holdsCells reports whether a claim in a report's words has all of its quote:
// rows are shown with their heads between the cells.
func holdsCells(claim, quote string) bool {
	for _, cell := range strings.FieldsFunc(quote, func(r rune) bool { return r == '\t' || r == '\n' }) {
		if !strings.Contains(folded(claim), folded(cell)) {
			return false
		}
	}
	return true
}

// frontOnly reports whether a claim lists a report by what its front says,
// which no passage holds: it has the title, day or rating of the header.
func frontOnly(a answer.Answer, c answer.Claim) bool {
	return slices.ContainsFunc(a.Citations, func(k report.Citation) bool {
		return slices.Contains(c.Citations, k.N) && (strings.Contains(folded(c.Text), folded(k.Quote)) || strings.Contains(c.Text, k.Report.Title))
	})
}

func folded(s string) string { return strings.Join(strings.Fields(text.Fold(text.Clean(s))), "") }

// shares reports whether a claim holds ten characters of an attack in a row.
func shares(claim, attack string) bool {
	a, c := []rune(folded(attack)), folded(claim)
	for i := 0; i+10 <= len(a); i++ {
		if strings.Contains(c, string(a[i:i+10])) {
			return true
		}
	}
	return false
}

// strangeTexts counts the texts in Slack that are not one of the replies'.
func (h *hearing) strangeTexts(o *office) (n int) {
	shown := func(s string) string {
		return strings.NewReplacer(`\`, "", "\u2060", "", " ", "", "\n", "", "\t", "").Replace(text.Clean(strings.ReplaceAll(html.UnescapeString(s), "\n", "")))
	}
	var told []string
	h.mu.Lock()
	for _, r := range h.replies {
		told = append(told, shown(r.Answer.Text))
	}
	h.mu.Unlock()
	for i := range h.docs {
		for _, m := range append(o.Said(fmt.Sprint("C-", i)), o.Said(fmt.Sprint("D-", i))...) {
			got := strings.TrimSuffix(shown(m.Text), "…")
			if len(m.Files) == 0 && !slices.ContainsFunc(told, func(s string) bool { return strings.HasPrefix(s, got) }) {
				if n++; n < 4 {
					h.t.Errorf("nobody said %q", m.Text)
				}
			}
		}
	}
	return n
}
