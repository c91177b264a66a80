package main

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// viewRow is a row of testdata/views.txt: a question that a desk of several
// companies and houses asks, and what its answer must and must not say.
type viewRow struct {
	now, question, outcome string
	with, without          []string // of the text, its sources and nearest reports
}

func readViews(t *testing.T, file string) []viewRow {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []viewRow
	now := ""
	for line := range strings.Lines(string(b)) {
		key, rest, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		switch last := len(out) - 1; key {
		case "NOW":
			now = rest
		case "Q":
			out = append(out, viewRow{now: now, question: rest})
		case "S":
			out[last].outcome = rest
		case "+":
			out[last].with = append(out[last].with, rest)
		case "-":
			out[last].without = append(out[last].without, rest)
		}
	}
	return out
}

// Whose figure, whose view, of which company: what is asked of one company or
// house is never answered with another's, and where houses differ each stands.
func TestViewsOfSeveralCompanies(t *testing.T) {
	if testing.Short() {
		t.Skip("eighty questions to one process; the plain run has them")
	}
	dir := t.TempDir()
	mustRun(t, reportbot(t, dir, "ingest", sampleReports(t)), 0)
	rows := readViews(t, filepath.Join("testdata", "views.txt"))
	for len(rows) > 0 {
		n := slices.IndexFunc(rows, func(r viewRow) bool { return r.now != rows[0].now })
		if n < 0 {
			n = len(rows)
		}
		var in strings.Builder
		for _, r := range rows[:n] {
			in.WriteString(r.question + "\n")
		}
		cmd := reportbot(t, dir, "ask", "--json", "--now", rows[0].now, "-")
		cmd.Stdin = strings.NewReader(in.String())
		answers := bufio.NewScanner(strings.NewReader(mustRun(t, cmd, 0)))
		answers.Buffer(nil, 1<<20)
		for _, r := range rows[:n] {
			if !answers.Scan() {
				t.Fatalf("%s: no answer", r.question)
			}
			var a answerView
			decode(t, answers.Text(), &a)
			r.judge(t, a)
		}
		rows = rows[n:]
	}
}

func (r viewRow) judge(t *testing.T, a answerView) {
	t.Helper()
	said := a.Text
	for _, k := range a.Nearest {
		said += "\nnearest: " + k.Publisher + " " + k.Published + " " + k.Title
	}
	if got := strings.TrimSpace(string(a.Status) + " " + a.Reason.Code); got != r.outcome {
		t.Errorf("%s: %s, want %s\n%s", r.question, got, r.outcome, said)
		return
	}
	for _, w := range r.with {
		if !strings.Contains(said, w) {
			t.Errorf("%s: want %q in\n%s", r.question, w, said)
		}
	}
	for _, w := range r.without {
		if strings.Contains(said, w) {
			t.Errorf("%s: want no %q in\n%s", r.question, w, said)
		}
	}
	for _, c := range a.Claims {
		if len(c.Citations) == 0 {
			t.Errorf("%s: claim %q has no citation", r.question, c.Text)
		}
	}
}
