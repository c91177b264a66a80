package check

import (
	"os"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
)

// goldenRow is a claim of a golden table beside what it cites.
type goldenRow struct {
	source     Source
	claim, why string // why it must fail, "" when it must pass
}

// goldenRows reads a golden table, and the companies that its headers name.
func goldenRows(t *testing.T, file string) (rows []goldenRow, known *security.Directory) {
	t.Helper()
	table, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known = security.NewDirectory()
	known.Add([]report.Security{{Name: "岚汐锂业"}}) // named by a claim alone
	var s Source
	var claim string
	for line := range strings.Lines(string(table)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch key {
		case "source:":
			s = Source{Header: value}
			_, title, _ := strings.Cut(value, "《")
			if i := strings.IndexAny(title, "：:"); i > 0 {
				known.Add([]report.Security{{Name: title[:i]}})
			}
		case "|":
			s.Text += value + "\n"
		case "claim:":
			claim = value
		case "want:":
			rows = append(rows, goldenRow{source: s, claim: claim})
		case "why:":
			rows[len(rows)-1].why = value
		case "", "#":
		default:
			t.Fatalf("%s: %q is no line of a table", file, line)
		}
	}
	return rows, known
}

// TestGolden holds the checker to texts it was not written from. Each half of
// a table must come out right in the share least: no table is meant to be met
// row by row.
func TestGolden(t *testing.T) {
	for _, table := range []struct {
		file  string
		least float64
	}{
		{"testdata/golden.txt", 0.9},
		{"testdata/later.txt", 0.85},
	} {
		rows, known := goldenRows(t, table.file)
		c := New(known)
		right, all := map[bool]int{}, map[bool]int{}
		for _, row := range rows {
			v := c.Sentence(row.claim, []Source{row.source})
			pass := row.why == ""
			all[pass]++
			mark := "right"
			if v.OK() == pass {
				right[pass]++
			} else {
				mark = "WRONG"
			}
			t.Logf("%s %q: got %v, want failed %q", mark, row.claim, v.Failed, row.why)
		}
		for pass, name := range map[bool]string{true: "passes accepted", false: "fails rejected"} {
			t.Logf("%s: %s: %d of %d", table.file, name, right[pass], all[pass])
			if float64(right[pass]) < table.least*float64(all[pass]) {
				t.Errorf("%s: %s: got %d of %d, want %.0f %%", table.file, name, right[pass], all[pass], 100*table.least)
			}
		}
	}
}

// What a passage says is borne by it: no sentence of the golden passages, nor a
// row of their tables, fails against its own.
func TestVerbatim(t *testing.T) {
	for _, file := range []string{"testdata/golden.txt", "testdata/later.txt"} {
		rows, known := goldenRows(t, file)
		seen := map[string]bool{}
		for _, row := range rows {
			for _, at := range text.Sentences(row.source.Text) {
				said := row.source.Text[at.From:at.To]
				if seen[said] {
					continue
				}
				seen[said] = true
				if v := New(known).Sentence(said, []Source{row.source}); !v.OK() {
					t.Errorf("%q: got failed %v, want none", said, v.Failed)
				}
			}
		}
	}
}
