package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"reportbot/ingest"
)

const (
	// settle is how long a file must not change before it is read. Copies over
	// a network pause for less; one that pauses longer is read again.
	settle = time.Second
	// retry is how long a full disk or an embedder that does not answer is
	// left alone.
	retry = 30 * time.Second
)

// watchView is one line of ingest --watch --json.
type watchView struct {
	Path     string `json:"path"`
	State    string `json:"state"`
	ReportID string `json:"report_id"`
	Title    string `json:"title"`
	Note     string `json:"note"`
	Reason   string `json:"reason"` // why it failed; of "watching" what could not be looked at
}

// watch keeps the collection in step with the paths until ctx ends, which is
// how it is meant to end.
func (a *app) watch(ctx context.Context, collection string, paths []string, asJSON bool, c call) error {
	if err := a.sameEmbedder(ctx); err != nil {
		return err
	}
	g, stop, err := a.ingester()
	if err != nil {
		return err
	}
	defer stop()
	t := &teller{call: c, status: newStatus(c.err), json: asJSON}
	t.status.show("reading…")
	w := &ingest.Watcher{
		Ingester: g, Shelf: corpus{a.store}, Poll: a.cfg.Ingest.Poll, Settle: settle, Retry: retry, Notice: true,
		Each: t.each, Warn: t.warn, Rest: t.rest,
	}
	err = w.Run(ctx, collection, paths)
	t.status.wipe()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// teller prints what a watcher does.
type teller struct {
	call
	status  status
	json    bool
	sum     ingest.Summary
	resting bool
}

func (t *teller) each(o ingest.Outcome) {
	switch o.State {
	case ingest.Added:
		t.sum.Added++
	case ingest.Unchanged:
		t.sum.Unchanged++
	case ingest.Duplicate:
		t.sum.Duplicate++
	case ingest.Failed:
		t.sum.Failed++
	}
	if !t.resting {
		t.status.show(counts(t.sum))
	}
	if o.State == ingest.Unchanged {
		return
	}
	t.status.wipe()
	switch {
	case t.json:
		v := watchView{Path: o.Path, State: string(o.State), ReportID: o.Report.ID, Title: o.Report.Title, Note: o.Warning}
		if o.Err != nil {
			v.Reason = oneLine(o.Err)
		}
		t.line(v)
		return
	case o.Err != nil:
		t.status.say(fmt.Sprintf("reportbot: %s: %s", o.Path, oneLine(o.Err)))
		return
	case o.Warning != "":
		t.status.say(fmt.Sprintf("reportbot: %s: note: %s", o.Path, o.Warning))
	}
	fmt.Fprintln(t.out, printable(strings.TrimSpace(fmt.Sprintf("%s %s  %s  %s", o.State, o.Path, o.Report.ID, o.Report.Title))))
}

func (t *teller) warn(f ingest.Failure) {
	if t.json {
		t.line(watchView{Path: f.Path, State: "trouble", Reason: oneLine(f.Err)})
		return
	}
	t.status.say(fmt.Sprintf("reportbot: %s: %s", f.Path, oneLine(f.Err)))
}

// rest says that all is read, but for what could not be looked at.
func (t *teller) rest(lost []string) {
	t.resting = true
	t.status.wipe()
	without := ""
	if len(lost) > 0 {
		without = "not read: " + strings.Join(lost, ", ")
	}
	if t.json {
		t.line(watchView{State: "watching", Reason: without})
		return
	}
	fmt.Fprintln(t.out, printable(strings.TrimSuffix(counts(t.sum)+"; watching; "+without, "; ")))
}

// line writes one object a line, for programs that follow the output.
func (t *teller) line(v watchView) {
	enc := json.NewEncoder(t.out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the output remembers its first error
}
