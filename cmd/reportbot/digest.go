package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"reportbot/bot/answer"
	"reportbot/bot/digest"
	"reportbot/bot/metrics"
	"reportbot/bot/slack"
	"reportbot/bot/state"
	"reportbot/config"
	"reportbot/ingest/report"
	"reportbot/prompts"
	"reportbot/retrieval"
)

// runDigest shows what a digest would hold.
func runDigest(ctx context.Context, c call) error {
	f := newFlags("digest")
	f.existing = true
	since := f.String("since", "", "reports published on `DATE` or later; not given: within a week")
	about := f.String("filter", "", "the `WORDS` of a subscription's filter: 300750.SZ 电子 broker:青岚")
	a, args, err := f.start(ctx, c, 1, 1)
	if err != nil {
		return err
	}
	defer a.close()
	if args[0] != "preview" {
		return usageError{fmt.Sprintf("%q is no part of digest; there is preview", args[0])}
	}
	from := f.now.AddDate(0, 0, -7).Format(time.DateOnly)
	if *since != "" {
		day, err := time.Parse(time.DateOnly, *since)
		if err != nil {
			return usageError{fmt.Sprintf("--since %q is no day; write 2026-11-01", *since)}
		}
		from = day.Format(time.DateOnly)
	}
	scope, err := a.scope(ctx, f)
	if err != nil {
		return err
	}
	all, err := a.stored(ctx, scope)
	if err != nil {
		return err
	}
	until := f.now.Format(time.DateOnly)
	d, err := a.preview(ctx, all, scope, from, until, *about)
	if err != nil {
		return err
	}
	d.Citations = a.licence().Cap(d.Citations)
	if f.json {
		return writeJSON(c.out, viewDigest(d))
	}
	fmt.Fprintln(c.out, d.Text())
	if n := a.notice().In(d.Lang); n != "" {
		fmt.Fprintln(c.out, "\n"+n)
	}
	return nil
}

// preview is the digest of the reports that came out from a day to another.
func (a *app) preview(ctx context.Context, all []*report.Report, scope retrieval.Scope, from, until, about string) (digest.Digest, error) {
	known, err := a.securities()
	if err != nil {
		return digest.Digest{}, err
	}
	filter, _, err := digest.ParseFilter(digest.Words(about), digest.KnownOf(all, scope, known))
	if err != nil {
		return digest.Digest{}, usageError{"--filter: " + err.Error()}
	}
	var fresh []*report.Report
	zh := 0
	for _, r := range all {
		if r.Published >= from && r.Published <= until && filter.Admits(r) {
			fresh = append(fresh, r)
			if r.Language == "zh" {
				zh++
			}
		}
	}
	lang := "en"
	if 2*zh >= len(fresh) {
		lang = "zh"
	}
	return digest.Compose(ctx, shelf{a.store, a.stored}, nil, fresh, all, digest.Digest{Lang: lang, Filter: filter})
}

// digestView is a digest with its citations as everywhere.
type digestView struct {
	digest.Digest
	Changes   []digest.Change `json:"changes"`
	Groups    []digest.Group  `json:"groups"`
	Further   []report.Header `json:"further"`
	Citations []citationView  `json:"citations"`
}

func viewDigest(d digest.Digest) digestView {
	v := digestView{Digest: d, Changes: list(d.Changes), Groups: list(d.Groups), Further: list(d.Further), Citations: []citationView{}}
	for _, c := range d.Citations {
		v.Citations = append(v.Citations, citationView{c.N, c.Report, c.SectionNumber, c.SectionTitle, c.Page, c.PageLabel, c.Quote, c.PassageID})
	}
	return v
}

// checkDigests checks the schedules in the settings. What they are about can
// only be checked against the reports; see keepDigests.
func checkDigests(cfg config.Config) error {
	var bad []error
	for _, id := range slices.Sorted(maps.Keys(cfg.Channels)) {
		for _, line := range cfg.Channels[id].Digest {
			if _, _, err := digest.ParseSpec(line); err != nil {
				bad = append(bad, fmt.Errorf("settings: channels.%s.digest: %w", id, err))
			}
		}
	}
	if len(bad) > 0 {
		return settingsError{errors.Join(bad...)}
	}
	return nil
}

// digests joins the schedule with Slack: it posts there, and people ask for
// digests there.
func (s *service) digests(ctx context.Context, front *slack.Slack, found searcher, st *state.Store) *digest.Runner {
	r := digest.NewRunner(shelf{s.store, found.Reports}, st, st, front, digest.Options{
		Scope: func(ctx context.Context, sub state.Subscription) (retrieval.Scope, bool, error) {
			return front.Seen(ctx, sub.Channel, sub.User, strings.HasPrefix(sub.Channel, "D")) // a direct message is as its reader is
		},
		Known: found.known, Model: s.writer(found, st), Empty: s.cfg.Digest.Empty, Log: s.log,
	})
	front.TakeDigests(digest.NewDesk(r, st, found.known))
	if err := s.keepDigests(ctx, r, found, st); err != nil && ctx.Err() == nil { // questions are answered all the same
		s.log.Error("digests of the settings not kept", "error", oneLine(err))
	}
	return r
}

// writer has the configured model write digests; nil when there is none, or it
// is not to.
func (s *service) writer(found searcher, st *state.Store) *digest.Model {
	if s.cfg.Digest.ModelReports == 0 {
		return nil
	}
	return s.summaries(s.answerer(found, found.known), st, s.metrics)
}

// summaries has the configured model sum up reports, each once for whoever
// asks; nil when there is none. kept and m may be nil.
func (a *app) summaries(by *answer.Answerer, kept digest.Summaries, m *metrics.Metrics) *digest.Model {
	if !a.cfg.Chat.Enabled() {
		return nil
	}
	w := written{by, a.cfg.Chat.Model, m}
	return &digest.Model{Writer: w, Kept: kept, Most: a.cfg.Digest.ModelReports, Now: time.Now, Log: a.log}
}

// written is the answerer as a digest sees it.
type written struct {
	answerer *answer.Answerer
	model    string
	metrics  *metrics.Metrics
}

func (w written) Write(ctx context.Context, r *report.Report, passages []report.Passage, most int, lang string) ([]digest.Sentence, error) {
	a, err := w.answerer.Summary(ctx, r, passages, most, lang)
	if u := a.Usage; w.metrics != nil && u.PromptTokens+u.CompletionTokens > 0 {
		w.metrics.Tokens(u.PromptTokens, u.CompletionTokens)
	}
	var out []digest.Sentence
	for _, c := range a.Claims {
		s := digest.Sentence{Text: c.Text}
		for _, k := range a.Citations {
			if slices.Contains(c.Citations, k.N) {
				s.Citations = append(s.Citations, k)
			}
		}
		out = append(out, s)
	}
	return out, err
}

func (w written) Version(lang string) string { return prompts.SummaryVersion(lang) + "/" + w.model }

// keepDigests brings the subscriptions of the settings in step with them. One
// that cannot be read stays as it was; the log says so.
func (s *service) keepDigests(ctx context.Context, r *digest.Runner, found searcher, st *state.Store) error {
	have, err := st.Subscriptions(ctx, "")
	if err != nil && len(have) == 0 {
		return err
	}
	cursor, err := r.Mark(ctx)
	if err != nil {
		return err
	}
	set, now, kept := places(s.cfg), time.Now(), map[string]bool{}
	for _, channel := range slices.Sorted(maps.Keys(s.cfg.Channels)) {
		scope, _ := set.Seen(channel, false)
		all, err := found.Reports(ctx, scope)
		if err != nil {
			return err
		}
		known := digest.KnownOf(all, scope, found.known)
		for i, line := range s.cfg.Channels[channel].Digest {
			id := fmt.Sprintf("config-%s-%d", channel, i+1)
			kept[id] = true
			sub, err := digest.FromSettings(line, known, now)
			if err == nil {
				sub.ID, sub.Channel, sub.Lang, sub.Cursor = id, channel, s.cfg.Channels[channel].Language, cursor
				_, err = st.Subscribe(ctx, sub)
			}
			if err != nil {
				s.log.Error("digest of the settings not taken", "channel", channel, "digest", line, "error", oneLine(err))
			}
		}
	}
	for _, sub := range have {
		if sub.Origin == digest.Settings && !kept[sub.ID] {
			if err := st.Unsubscribe(ctx, sub.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
