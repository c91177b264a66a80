package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"reportbot/bot/state"
)

// runAudit prints what serve showed to whom, also while it runs. Who asks at
// this command line is the owner of the data folder, and is not audited.
func runAudit(ctx context.Context, c call) error {
	f := newFlags("audit")
	f.without("collection")
	f.without("json")
	var want sought
	since := f.String("since", "", "records of `DATE` or later, by the machine's clock")
	until := f.String("until", "", "records of `DATE` or earlier")
	f.StringVar(&want.user, "user", "", "records of the user `ID` alone")
	f.StringVar(&want.report, "report", "", "records that show the report `ID` alone")
	only := f.Bool("head", false, "print the number and hash of the last record alone; keep them elsewhere and compare them later")
	if _, err := f.parse(c, 0, 0); err != nil {
		return err
	}
	if err := want.days(*since, *until); err != nil {
		return err
	}
	a, err := f.settings(c)
	if err != nil {
		return err
	}
	st, err := state.Open(ctx, a.cfg.Data, state.Options{ReadOnly: true, Log: a.log})
	if errors.Is(err, fs.ErrNotExist) {
		return a.unserved(c)
	}
	if err != nil {
		return err
	}
	defer st.Close()
	head, err := st.Audit(ctx, func(r state.Record) error {
		if *only {
			return nil
		}
		return want.print(c, r)
	})
	if *only && head.Seq > 0 {
		if err := writeJSON(c.out, headView(head)); err != nil {
			return err
		}
	}
	return err
}

// unserved says that there is no audit yet.
func (a *app) unserved(c call) error {
	if _, err := os.Stat(filepath.Clean(a.cfg.Data)); errors.Is(err, fs.ErrNotExist) {
		return absentError{en: fmt.Sprintf("data folder %s: there is none yet; \"reportbot ingest PATH\" makes it", a.cfg.Data)}
	}
	fmt.Fprintln(c.err, "reportbot: nothing is audited yet; \"reportbot serve\" does it")
	return nil
}

// headView is the last record of the audit.
type headView struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// sought are the records to be printed: of a time, user and report, as far as
// they are given.
type sought struct {
	from, to     time.Time
	user, report string
}

// days reads the first and the last day.
func (s *sought) days(since, until string) (err error) {
	day := func(flag, text string) (time.Time, error) {
		t, err := time.ParseInLocation(time.DateOnly, text, time.Local)
		if err != nil {
			return t, usageError{fmt.Sprintf("--%s %q is no day; write 2026-11-01", flag, text)}
		}
		return t, nil
	}
	if since != "" {
		if s.from, err = day("since", since); err != nil {
			return err
		}
	}
	if until != "" {
		if s.to, err = day("until", until); err != nil {
			return err
		}
		s.to = s.to.AddDate(0, 0, 1)
	}
	return nil
}

// print prints a record if it is sought. The body is printed as it was written:
// its hash goes over these bytes.
func (s *sought) print(c call, r state.Record) error {
	e, err := r.Entry()
	if err == nil && !s.wants(e) { // one that cannot be read is printed in any case
		return nil
	}
	_, err = fmt.Fprintf(c.out, `{"seq":%d,"hash":%q,"prev":%q,"body":%s}`+"\n", r.Seq, r.Hash, r.Prev, r.Body)
	return err
}

func (s *sought) wants(e state.Entry) bool {
	return !e.At.Before(s.from) && (s.to.IsZero() || e.At.Before(s.to)) && (s.user == "" || e.User == s.user) &&
		(s.report == "" || slices.Contains(e.Reports, s.report) || slices.ContainsFunc(e.Passages, func(x state.Exhibit) bool { return x.Report == s.report }))
}
