package ingest_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/ingest"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// Whatever a file is named, its report is stored under that name, found again,
// and a line of a log stays one line without codes for a terminal.
func TestHostileNames(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	g := &ingest.Ingester{Store: corpus{st}, Reader: &reader{}, Embedder: &embedder{}}
	dir := t.TempDir()
	names := []string{"a\nb.md", "a\r\x1b[31mb.md", "\u202egpj.md", "<!channel> <@U1>.md", "a..\\..\\b.md", "%s%n%00.md", "'; DROP TABLE reports;--.md", "-rf.md", " .md", "\U000E0041\u200b.md",
		"\xff\xfe not utf-8.md", strings.Repeat("长", 84) + ".md", strings.Repeat("x", 252) + ".md", "*?[a].md", "level=ERROR msg=\"forged\".md"}
	for i, name := range names {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.Repeat(string(rune(0x4e00+7*i)), 20)), 0o600); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	for _, want := range []ingest.State{ingest.Added, ingest.Unchanged} {
		lines := 0
		sum, err := g.Run(t.Context(), "default", []string{dir}, func(_, _ int, o ingest.Outcome) {
			lines++
			logger.Info("report", "file", o.Path, "state", o.State)
			if o.State != want {
				t.Errorf("%q: %s %v, want %s", o.Path, o.State, o.Err, want)
			}
		})
		if err != nil || sum.Done() != len(names) || lines != len(names) {
			t.Errorf("%+v, %d lines, %v", sum, lines, err)
		}
	}
	if got := strings.Count(log.String(), "\n"); got != 2*len(names) || strings.ContainsAny(log.String(), "\x1b\r") || strings.Contains(log.String(), "\u202e") {
		t.Errorf("%d lines of log for %d records:\n%q", got, 2*len(names), log.String())
	}
	all, err := st.Reports(t.Context(), retrieval.Scope{"default"})
	if err != nil || len(all) != len(names) {
		t.Errorf("%d reports, %v", len(all), err)
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		if _, ok, _, err := st.Forget(t.Context(), "default", path); !ok || err != nil {
			t.Errorf("forget %q: %v, %v", name, ok, err)
		}
	}
	if problems, err := st.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Errorf("Check() = %q, %v", problems, err)
	}
}
