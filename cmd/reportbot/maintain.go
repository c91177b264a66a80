package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
)

func runEmbed(ctx context.Context, c call) error {
	f := newFlags("embed")
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
	f.existing = true
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
	passages := 0
	for _, r := range all {
		passages += r.Passages
	}
	if f.json {
		err = writeJSON(c.out, map[string]any{"reports": len(all), "passages": passages, "problems": list(problems)})
	} else {
		for _, p := range problems {
			fmt.Fprintln(c.out, p)
		}
		_, err = fmt.Fprintf(c.out, "%s, %s, %s\n", count(len(all), "report"), count(passages, "passage"), count(len(problems), "problem"))
	}
	if err == nil && len(problems) > 0 {
		return errors.New("the data folder is damaged: remove it and ingest the reports again")
	}
	return err
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
