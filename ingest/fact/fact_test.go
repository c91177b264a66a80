package fact

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"reportbot/ingest/chunk"
	"reportbot/ingest/report"
)

// parseReport reads the report of a golden file: lines "name: value", then
// sections "# title [role]" of blocks "[kind pN]", whose cells " | " parts;
// "~pN" turns the page within a block.
func parseReport(s string) *report.Report {
	r := &report.Report{ID: "r1"}
	var block *report.Block
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		name, value, _ := strings.Cut(line, ": ")
		var kind string
		var page int
		if _, err := fmt.Sscanf(strings.NewReplacer("[", "", "]", "").Replace(line), "%s p%d", &kind, &page); err == nil && line[0] == '[' {
			section := &r.Sections[len(r.Sections)-1]
			section.Blocks = append(section.Blocks, report.Block{Kind: report.Kind(kind), Page: page})
			block = &section.Blocks[len(section.Blocks)-1]
			continue
		}
		switch {
		case strings.HasPrefix(line, "# "):
			title, role, _ := strings.Cut(strings.TrimSuffix(line[2:], "]"), " [")
			r.Sections = append(r.Sections, report.Section{Title: title, Level: 1, Role: report.Role(role)})
		case strings.HasPrefix(line, "~p"):
			page, _ := strconv.Atoi(line[2:])
			block.Turns = append(block.Turns, report.PageTurn{Offset: len(block.Text) + 1, Page: page})
		case block != nil:
			if block.Text != "" {
				block.Text += "\n"
			}
			block.Text += strings.ReplaceAll(line, " | ", "\t")
		case name == "title":
			r.Title = value
		case name == "publisher":
			r.Publisher = value
		case name == "published":
			r.Published = value
		case name == "language":
			r.Language = value
		case name == "currency":
			r.Currency = value
		case name == "target":
			r.TargetPrice, _ = strconv.ParseFloat(value, 64)
		case name == "securities":
			for one := range strings.SplitSeq(value, "; ") {
				code, name, _ := strings.Cut(one, " ")
				r.Securities = append(r.Securities, report.Security{Code: code, Name: name})
			}
		}
	}
	return r
}

// golden writes facts one row of a table a line.
func golden(facts []report.Fact) []string {
	var out []string
	last := ""
	for _, f := range facts {
		or := func(s string) string {
			if s == "" {
				return "-"
			}
			return s
		}
		security := strings.TrimSpace(f.Security.Code + " " + f.Security.Name)
		row := strings.Join([]string{or(security), string(f.Metric), f.Label, or(f.Unit), or(f.Currency), or(f.Rival), fmt.Sprintf("p%d", f.Page)}, "; ")
		period := f.Period
		if f.Forecast {
			period += "E"
		}
		value := period + "=" + strconv.FormatFloat(f.Value, 'f', -1, 64)
		if row == last {
			out[len(out)-1] += " " + value
		} else {
			out = append(out, row+"; "+value)
		}
		last = row
	}
	return out
}

func goldenFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 14 {
		t.Fatalf("golden files: got %d, %v", len(files), err)
	}
	return files
}

func TestRead(t *testing.T) {
	for _, file := range goldenFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := archive.Files
			r := parseReport(string(parts[0].Data))
			passages := chunk.Passages(r)
			facts := Read(r, passages)
			want := strings.Split(strings.TrimSuffix(string(parts[1].Data), "\n"), "\n")
			if want[0] == "" {
				want = nil
			}
			if diff := cmp.Diff(golden(facts), want); diff != "" {
				t.Errorf("%s (-got +want):\n%s", file, diff)
			}
			check(t, passages, facts)
		})
	}
}

// check holds that every fact can be shown where it says it stands.
func check(t *testing.T, passages []report.Passage, facts []report.Fact) {
	t.Helper()
	byID := map[string]*report.Passage{}
	for i := range passages {
		byID[passages[i].ID] = &passages[i]
	}
	for _, f := range facts {
		p := byID[f.PassageID]
		if p == nil {
			if f.PassageID != "" {
				t.Errorf("%s %s: no passage %q", f.Metric, f.Period, f.PassageID)
			}
			continue
		}
		at := strings.Index(p.Text, f.Quote)
		if at < 0 || f.Quote == "" {
			t.Errorf("%s %s: passage %s lacks the quote %q", f.Metric, f.Period, p.ID, f.Quote)
		}
		if f.Page < p.PageFrom || f.Page > p.PageTo {
			t.Errorf("%s %s: page %d is not of passage %s", f.Metric, f.Period, f.Page, p.ID)
		}
	}
}
