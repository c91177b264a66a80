package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"

	"reportbot/bot/state"
	"reportbot/ingest"
	"reportbot/ingest/report"
	"reportbot/retrieval/store"
)

func runEmbed(ctx context.Context, c call) error {
	f := newFlags("embed")
	f.without("collection")
	f.existing = true
	a, _, err := f.start(ctx, c, 0, 0)
	if err != nil {
		return err
	}
	defer a.close()
	have, err := a.store.Embedder(ctx)
	if err != nil {
		return err
	}
	st := newStatus(c.err)
	passages := 0
	err = a.store.Reembed(ctx, a.embedder.Name(), a.cfg.Embed.Batch, a.embedder.Embed, func(done, total int) {
		passages = done
		st.show(fmt.Sprintf("%d/%d passages", done, total))
	})
	st.wipe()
	if err != nil {
		return fmt.Errorf("%w; the old vectors are still in use, run it again to go on", err)
	}
	if f.json {
		return writeJSON(c.out, map[string]any{"embedder": a.embedder.Name(), "passages": passages})
	}
	if have == a.embedder.Name() {
		_, err = fmt.Fprintf(c.out, "nothing to do: the vectors are those of %s already\n", have)
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s embedded; the vectors are those of %s\n", count(passages, "passage"), a.embedder.Name())
	return err
}

func runCheck(ctx context.Context, c call) error {
	f := newFlags("check")
	f.without("collection")
	f.existing, f.owner = true, true
	a, _, err := f.start(ctx, c, 0, 0)
	if err != nil {
		return err
	}
	defer a.close()
	problems, err := a.store.Check(ctx)
	if err != nil {
		return err
	}
	all, err := a.store.AllReports(ctx)
	if err != nil && len(problems) == 0 {
		return err
	}
	asked, head, err := a.checkState(ctx)
	if err != nil {
		return err
	}
	v := viewCheck(all, slices.Concat(problems, asked))
	v.Audit = headView(head)
	if f.json {
		err = writeJSON(c.out, v)
	} else {
		printCheck(c.out, v, all)
	}
	switch {
	case err != nil:
		return err
	case len(problems) > 0:
		return errors.New("the data folder is damaged: ingest the files of these reports again; what that does not mend, a backup does, or a new data folder")
	case len(asked) > 0:
		return errors.New(state.File + " is damaged: end serve and move it away; keep it, since what was asked, judged and audited is in it; the reports are not")
	}
	return nil
}

// checkState looks for damage in what serve keeps, also while it runs, and
// returns the last record of the audit. Where nobody served there is nothing to
// look at.
func (a *app) checkState(ctx context.Context) (problems []string, head state.End, err error) {
	st, err := state.Open(ctx, a.cfg.Data, state.Options{ReadOnly: true, Log: a.log})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, head, nil
	case errors.Is(err, state.ErrDamaged):
		return []string{oneLine(err)}, head, nil
	case err != nil:
		return nil, head, err
	}
	defer st.Close()
	if problems, err = st.Check(ctx); err != nil {
		return nil, head, err
	}
	if head, err = st.Head(ctx); errors.Is(err, state.ErrDamaged) { // Check has said so
		err = nil
	}
	return problems, head, err
}

// checkView is check --json: what there is, what is damaged, and what reading
// kept of all reports together.
type checkView struct {
	Reports  int      `json:"reports"`
	Passages int      `json:"passages"`
	Problems []string `json:"problems"`
	Parse    lossView `json:"parse"`
	Audit    headView `json:"audit"`
}

// lossView sums up the accounts of all reports.
type lossView struct {
	report.Loss
	LowTextPages int      `json:"low_text_pages"` // how many there are
	Sparse       []string `json:"sparse"`         // IDs of reports of which less than half was kept
}

func viewCheck(all []store.Summary, problems []string) checkView {
	v := checkView{Reports: len(all), Problems: list(problems)}
	v.Parse.Dropped, v.Parse.Sparse = map[string]int{}, []string{}
	for _, r := range all {
		v.Passages += r.Passages
		l := r.Report.Parse
		v.Parse.CharsIn += l.CharsIn
		v.Parse.CharsKept += l.CharsKept
		v.Parse.NumbersIn += l.NumbersIn
		v.Parse.NumbersKept += l.NumbersKept
		v.Parse.CellsIn += l.CellsIn
		v.Parse.CellsKept += l.CellsKept
		v.Parse.LowTextPages += len(l.LowTextPages)
		for why, n := range l.Dropped {
			v.Parse.Dropped[why] += n
		}
		if _, sparse := ingest.Sparse(l); sparse {
			v.Parse.Sparse = append(v.Parse.Sparse, r.Report.ID)
		}
	}
	return v
}

func printCheck(w io.Writer, v checkView, all []store.Summary) {
	for _, p := range v.Problems {
		fmt.Fprintln(w, p)
	}
	fmt.Fprintf(w, "%s, %s, %s\n", count(v.Reports, "report"), count(v.Passages, "passage"), count(len(v.Problems), "problem"))
	if v.Audit.Seq > 0 {
		fmt.Fprintf(w, "  %-10s record %d, hash %s\n", "audit", v.Audit.Seq, v.Audit.Hash)
	}
	if v.Reports == 0 {
		return
	}
	for _, s := range account(v.Parse.Loss) {
		fmt.Fprintf(w, "  %-10s %s\n", s[0], s[1])
	}
	if n := v.Parse.LowTextPages; n > 0 {
		fmt.Fprintf(w, "  %-10s %s\n", "no text on", count(n, "page"))
	}
	for _, r := range all {
		if share, sparse := ingest.Sparse(r.Report.Parse); sparse {
			fmt.Fprintf(w, "  %-10s %.0f %% kept of %s %s\n", "sparse", 100*share, r.Report.ID, headline(r.Report.Header(), "zh"))
		}
	}
}

// oneLine makes an error fit for a line of output.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// version is what the binary says of itself.
func version() string {
	v := "reportbot (devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" && info.Main.Version != "(devel)" {
			v = "reportbot " + info.Main.Version
		}
		v += " " + info.GoVersion
	}
	return v
}
