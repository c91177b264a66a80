package security

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// master knows the shipped list and a user's list of invented companies.
func master(t testing.TB) *Directory {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "listed.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ls, err := ReadCSV(f)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDirectory()
	d.AddKnown()
	d.AddListed(ls, Given)
	return d
}

// TestSpellings holds Find against the golden table: a text, a tab, and the
// codes of the companies it names in order of first mention, - for none.
func TestSpellings(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("testdata", "spellings.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	d := master(t)
	rows := 0
	for line := range strings.Lines(string(table)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		in, want, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("row %q has no tab", line)
		}
		rows++
		var got []string
		for _, m := range d.Find(in) {
			if !slices.Contains(got, m.Code) {
				got = append(got, m.Code)
			}
		}
		if s := strings.Join(got, " "); s != strings.Trim(want, "-") {
			t.Errorf("Find(%q) = %q, want %q", in, s, want)
		}
	}
	if rows < 80 {
		t.Errorf("the table has %d rows, it had more than 80", rows)
	}
}
