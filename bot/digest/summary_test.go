package digest_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"reportbot/bot/digest"
	"reportbot/ingest/report"
)

// wordy is a model that says two sentences of every report, unless it fails.
type wordy struct {
	asked   map[string]int
	version string
	says    int
	err     error
}

func (w *wordy) Version(lang string) string { return w.version + lang }

func (w *wordy) Write(_ context.Context, r *report.Report, passages []report.Passage, _ int, _ string) (out []digest.Sentence, err error) {
	w.asked[r.ID]++
	for _, s := range []string{"模型说" + r.ID, "模型又说" + r.ID}[:w.says] {
		out = append(out, digest.Sentence{Text: s, Citations: []report.Citation{{PassageID: passages[0].ID, Report: r.Header(), Page: 1, Quote: passages[0].Text}}})
	}
	return out, w.err
}

// A model is asked once for every report, whatever the channels and restarts,
// and for so many of one digest; the rest is in the reports' own words.
func TestModelIsAskedOnce(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"r1", "r2", "r3"} {
		w.come(id, "default")
	}
	model := &wordy{asked: map[string]int{}, version: "m/1", says: 2}
	compose := func(most int) digest.Digest {
		t.Helper()
		m := &digest.Model{Writer: model, Kept: w.store, Most: most, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		d, err := digest.Compose(t.Context(), w, m, w.reports, w.reports, digest.Digest{Lang: "zh"})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	count := func() (n int) {
		for _, k := range model.asked {
			n += k
		}
		return n
	}
	d := compose(2)
	if text := d.Text(); d.Written != 2 || count() != 2 || strings.Count(text, "模型又说") != 2 || strings.Count(text, "我们预计") != 1 || !strings.Contains(text, "要点由语言模型概括") {
		t.Errorf("of two: %d written, asked %v:\n%s", d.Written, model.asked, text)
	}
	for i, c := range d.Citations {
		if c.N != i+1 {
			t.Errorf("citation %d is %+v", i+1, c)
		}
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	w.open()
	if d = compose(2); d.Written != 3 || count() != 3 {
		t.Errorf("the third one, after a restart: %d written, asked %v", d.Written, model.asked)
	}
	if d = compose(2); d.Written != 3 || count() != 3 {
		t.Errorf("again: %d written, asked %v", d.Written, model.asked)
	}
	model.version = "m/2"
	if d = compose(9); d.Written != 3 || count() != 6 {
		t.Errorf("of another model: %d written, asked %v", d.Written, model.asked)
	}
	model.version, model.says = "m/3", 1
	for range 2 { // too little stood: it is not asked again
		if d = compose(9); d.Written != 0 || count() != 9 || strings.Count(d.Text(), "我们预计") != 3 {
			t.Errorf("one sentence: %d written, asked %v:\n%s", d.Written, model.asked, d.Text())
		}
	}
	model.version, model.err = "m/4", errors.New("down")
	for n := range 2 { // it is asked again
		if d = compose(9); d.Written != 0 || count() != 12+3*n || strings.Contains(d.Text(), "模型") {
			t.Errorf("down: %d written, asked %v", d.Written, model.asked)
		}
	}
}
