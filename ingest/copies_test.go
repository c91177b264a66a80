package ingest_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/retrieval/store"
)

// readingDesk reads files as the program does.
func readingDesk(t *testing.T) *desk {
	d := newDesk(t, store.Options{})
	d.g.Reader = parse.NewReader("", parse.Limits{})
	return d
}

// prose is n paragraphs of made-up text that no other seed has.
func prose(seed uint64, n int) []string {
	rnd := rand.New(rand.NewPCG(seed, 0))
	var out []string
	for range n {
		var b strings.Builder
		for range 60 {
			b.WriteRune(rune(0x4e00 + rnd.IntN(3000)))
		}
		out = append(out, b.String()+"。")
	}
	return out
}

// note is a report of a house on a company; "" for no date.
func note(date string, paragraphs []string) string {
	return "# 星河智能周度跟踪\n\n青岚证券 " + date + "\n\n## 1 本周要点\n\n" + strings.Join(paragraphs, "\n\n") + "\n"
}

// Files of one report are one report; reports that repeat each other are not.
// A copy that was corrected by a sidecar, and is no more, says what its bytes
// say, although another copy has the same bytes.
func TestCopyLosesItsSidecar(t *testing.T) {
	d := newDesk(t, store.Options{})
	titled := func(want string) {
		t.Helper()
		all, err := d.st.AllReports(t.Context())
		if err != nil || len(all) != 1 || all[0].Report.Title != want {
			t.Errorf("%+v, %v, want one report titled %s", all, err, want)
		}
	}
	d.write("a.md", "甲文", 1)
	b := d.write("b.md", "甲文", 1)
	side := d.write("b.md.meta.yaml", "title: 正名", 1)
	run := func() {
		t.Helper()
		if _, err := d.g.Run(t.Context(), "default", []string{d.dir}, func(int, int, ingest.Outcome) {}); err != nil {
			t.Fatal(err)
		}
	}
	run()
	run()
	titled("正名")
	if err := os.Remove(side); err != nil {
		t.Fatal(err)
	}
	run()
	titled("题")
	if o := d.g.File(t.Context(), "default", b); o.State != ingest.Unchanged {
		t.Errorf("once more: %+v", o)
	}
	d.holds("a.md b.md: 甲文")
}

func TestCopies(t *testing.T) {
	text := prose(1, 20)
	half := append(append([]string{}, text[:10]...), prose(2, 10)...)
	most := append(append([]string{}, text[:14]...), prose(3, 6)...)
	for _, c := range []struct {
		name, b, file string
		want          ingest.State
	}{
		{"the same words as plain text", strings.NewReplacer("# ", "", "#", "").Replace(note("2026-03-06", text)), "b.txt", ingest.Duplicate},
		{"wrapped lines and other blanks", strings.ReplaceAll(note("2026-03-06", text), "。", "。 \n"), "b.md", ingest.Duplicate},
		{"one paragraph less", note("2026-03-06", text[:19]), "b.md", ingest.Duplicate},
		{"no date on it", note("", text), "b.md", ingest.Duplicate},
		{"next week's, all repeated", note("2026-03-13", text), "b.md", ingest.Added},
		{"next week's, half repeated", note("2026-03-13", half), "b.md", ingest.Added},
		{"half repeated, no date", note("", half), "b.md", ingest.Added},
		{"seven in ten repeated, no date", note("", most), "b.md", ingest.Added},
		{"half of it", note("2026-03-06", text[:10]), "b.md", ingest.Added},
		{"another one of the day", note("2026-03-06", prose(4, 20)), "b.md", ingest.Added},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := readingDesk(t)
			a := d.g.File(t.Context(), "default", d.write("a.md", note("2026-03-06", text), 1))
			b := d.g.File(t.Context(), "default", d.write(c.file, c.b, 1))
			if a.State != ingest.Added || b.State != c.want || a.Err != nil || b.Err != nil {
				t.Errorf("%s then %s, want added then %s: %+v", a.State, b.State, c.want, b)
			}
			if same := b.Report.ID == a.Report.ID; same != (c.want == ingest.Duplicate) {
				t.Errorf("reports %s and %s", a.Report.ID, b.Report.ID)
			}
			again := d.g.File(t.Context(), "default", b.Path)
			if again.State != ingest.Unchanged {
				t.Errorf("the second time: %+v, want it unchanged", again)
			}
		})
	}
}

// The twelve samples are twelve reports, also those of one house on one
// company.
func TestSamplesStayApart(t *testing.T) {
	d := readingDesk(t)
	files, err := filepath.Glob("testdata/reports/*.[mt]*") // PDFs need their engine; see the scripts
	if err != nil || len(files) != 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		if o := d.g.File(t.Context(), "default", f); o.State != ingest.Added {
			t.Errorf("%+v, want it added", o)
		}
	}
}

// In whatever order files come, what is kept in the end is the same.
func TestOrderOfCopies(t *testing.T) {
	text := prose(1, 20)
	files := []struct{ name, content string }{
		{"a.txt", strings.ReplaceAll(note("2026-03-06", text[:18]), "#", "")},
		{"b.md", note("2026-03-06", text)},
		{"c.md", note("2026-03-06", text[:19])},
		{"d.md", note("2026-03-06", prose(9, 3))},
	}
	dir := t.TempDir()
	var want []string
	for _, order := range permutations(len(files)) {
		d := readingDesk(t)
		d.dir = dir
		for _, i := range order {
			if o := d.g.File(t.Context(), "default", d.write(files[i].name, files[i].content, 1)); o.Err != nil {
				t.Fatal(o.Err)
			}
		}
		all, err := d.st.AllReports(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range all {
			got = append(got, fmt.Sprint(r.Report.ID, r.Report.Sources, r.Passages))
		}
		if want == nil {
			want = got
			if len(got) != 2 || !strings.Contains(strings.Join(got, ""), "a.txt "+filepath.Join(dir, "b.md")) {
				t.Fatalf("%q, want two reports", got)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order %v (-want +got):\n%s", order, diff)
		}
	}
}

func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for _, p := range permutations(n - 1) {
		for at := range n {
			q := append(append(append([]int{}, p[:at]...), n-1), p[at:]...)
			out = append(out, q)
		}
	}
	return out
}

// A better copy that comes second takes the place of the first; when it goes,
// or becomes another report, the first is read again in the same run.
func TestBetterCopy(t *testing.T) {
	text := prose(1, 20)
	d := readingDesk(t)
	short := d.write("a.md", note("2026-03-06", text[:18]), 1)
	d.run("a.md added", "")
	full := d.write("b.md", note("2026-03-06", text), 1)
	d.run("a.md unchanged; b.md added, is the same report as "+short+", whose place it takes", "")
	d.run("a.md unchanged; b.md unchanged", "")

	d.write("b.md", note("2026-04-01", prose(2, 20)), 2)
	sum, err := d.run("a.md unchanged; b.md added; a.md added", "")
	if want := (ingest.Summary{Added: 2}); err != nil || !cmp.Equal(sum, want) {
		t.Errorf("Run = %+v, %v, want %+v", sum, err, want)
	}
	d.run("a.md unchanged; b.md unchanged", "")

	d.write("b.md", note("2026-03-06", text), 3)
	d.run("a.md unchanged; b.md added, is the same report as "+short+", whose place it takes", "")
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	_, ok, stale, err := d.st.Forget(t.Context(), "default", full)
	if !ok || err != nil || !cmp.Equal(stale, []string{short}) {
		t.Errorf("Forget = %v, %q, %v", ok, stale, err)
	}
	d.run("a.md added", "")
	d.run("a.md unchanged", "")
}

// Editing, adding or removing a sidecar reads the report again; its values
// are those the report is stored with.
func TestSidecarDecides(t *testing.T) {
	d := newDesk(t, store.Options{})
	d.g.Facts = func(r *report.Report, ps []report.Passage) []report.Fact {
		good := report.Fact{Metric: report.PE, Label: r.Title, ReportID: r.ID, PassageID: ps[0].ID}
		huge := good
		huge.Value = math.Inf(1)
		return []report.Fact{huge, good}
	}
	d.write("a.md", "甲文 乙文", 1)
	titled := func(title, fact string) {
		t.Helper()
		all, err := d.st.AllReports(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("%d reports, %v", len(all), err)
		}
		facts, err := d.st.Facts(t.Context(), all[0].Report.ID)
		if all[0].Report.Title != title || err != nil || len(facts) != 1 || facts[0].Label != fact {
			t.Errorf("title %q, facts %v, %v, want %q", all[0].Report.Title, facts, err, title)
		}
	}
	d.run("a.md added", "a.md")
	titled("题", "题")
	d.write("a.meta.yaml", "title: 甲", 2)
	d.run("a.md added", "a.md")
	titled("甲", "甲")
	d.run("a.md unchanged", "")
	d.write("a.meta.yaml", "title: 乙", 3) // as long as before
	d.run("a.md added", "a.md")
	titled("乙", "乙")
	d.write("a.meta.yaml", "title: 乙", 4) // touched
	d.run("a.md unchanged", "")
	d.write("a.md.meta.yaml", "title: 丙", 1) // for this one file: it wins
	d.run("a.md added", "a.md")
	titled("丙", "丙")
	d.write("a.md.meta.yaml", "stars: 5", 5)
	d.run(`a.md failed: a.md.meta.yaml: line 1: "stars" cannot be set here`, "")
	titled("丙", "丙")
	if err := os.Remove(filepath.Join(d.dir, "a.md.meta.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(d.dir, "a.meta.yaml")); err != nil {
		t.Fatal(err)
	}
	d.run("a.md added", "a.md")
	titled("题", "题")

	outside := d.write("../out.yaml", "title: 外", 1)
	if err := os.Symlink(outside, filepath.Join(d.dir, "a.meta.yaml")); err != nil {
		t.Fatal(err)
	}
	d.run("a.md failed: a.meta.yaml: is not a regular file", "")
	titled("题", "题")
}
