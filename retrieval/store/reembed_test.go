package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

type embedFunc = func(context.Context, []string) ([][]float32, error)

// fixed gives vectors of dim dimensions that tell the length of the text.
func fixed(dim int) embedFunc {
	return func(_ context.Context, texts []string) ([][]float32, error) {
		out := make([][]float32, len(texts))
		for i, s := range texts {
			out[i] = make([]float32, dim)
			out[i][0], out[i][1] = 1, float32(len(s))
		}
		return out, nil
	}
}

// embedded is the document with the vectors fixed(dim) gives.
func embedded(d Document, dim int) Document {
	var texts []string
	for i := range d.Passages {
		texts = append(texts, report.EmbedText(d.Report, &d.Passages[i]))
	}
	d.Vectors, _ = fixed(dim)(nil, texts)
	return d
}

func TestReembedResumes(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a, b := doc("aaaa", "/1", "h1", 7), doc("bbbb", "/2", "h2", 6)
	replace(t, s, a)
	replace(t, s, b)

	down, calls := errors.New("server down"), 0
	var seen []string
	flaky := func(ctx context.Context, texts []string) ([][]float32, error) {
		if calls++; calls == 3 {
			return nil, down
		}
		seen = append(seen, texts...)
		return fixed(3)(ctx, texts)
	}
	if err := s.Reembed(t.Context(), "new", 4, flaky, nil); !errors.Is(err, down) {
		t.Fatalf("Reembed = %v", err)
	}
	mustBe(t, s, want(a, "/1"), want(b, "/2")) // the old vectors serve on
	if name, err := s.Embedder(t.Context()); name != "builtin-8" || err != nil {
		t.Errorf("Embedder = %q, %v", name, err)
	}

	var steps []string
	err := s.Reembed(t.Context(), "new", 4, flaky, func(done, total int) { steps = append(steps, fmt.Sprint(done, "/", total)) })
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"12/13", "13/13"}; !cmp.Equal(steps, want) {
		t.Errorf("progress %q, want %q", steps, want)
	}
	if len(seen) != 13 || !strings.HasPrefix(seen[0], "标题 aaaa\n1 投资要点\naaaa 第0段") {
		t.Errorf("%d texts embedded, want each of 13 once; the first %q", len(seen), seen[0])
	}
	mustBe(t, s, want(embedded(a, 3), "/1"), want(embedded(b, 3), "/2"))
	mustChange(t, s, 2, retrieval.Changes{Moment: retrieval.Moment{Generation: 3}, Changed: []string{"aaaa", "bbbb"}})

	if err := s.Reembed(t.Context(), "new", 4, nil, nil); err != nil { // nothing to do
		t.Error(err)
	}
	mustChange(t, s, 3, retrieval.Changes{Moment: retrieval.Moment{Generation: 3}})
	var ee *EmbedderError
	if _, err := s.Replace(t.Context(), doc("cccc", "/3", "h3", 1)); !errors.As(err, &ee) || ee.Have != "new" || ee.Want != "builtin-8" {
		t.Errorf("Replace with the old embedder = %v", err)
	}
}

// While passages are embedded another process replaces a report, under the
// same passage IDs, and adds one: nothing old is stored as new.
func TestReembedWhileReplacing(t *testing.T) {
	dir := t.TempDir()
	s, other := open(t, dir, Options{}), open(t, dir, Options{})
	a, b, c := doc("aaaa", "/1", "h1", 3), doc("bbbb", "/2", "h2", 3), doc("0000", "/0", "h0", 2)
	replace(t, s, a)
	replace(t, s, b)
	a2, calls := doc("aaaa", "/1", "h1, longer", 4), 0
	err := s.Reembed(t.Context(), "new", 2, func(ctx context.Context, texts []string) ([][]float32, error) {
		switch calls++; calls {
		case 2:
			replace(t, other, a2)
		case 3:
			replace(t, other, c)
		}
		return fixed(3)(ctx, texts)
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mustBe(t, other, want(embedded(c, 3), "/0"), want(embedded(a2, 3), "/1"), want(embedded(b, 3), "/2"))
}

func TestReembedRefuses(t *testing.T) {
	calls := 0
	for _, c := range []struct {
		name  string
		embed embedFunc
		want  string
	}{
		{"few", func(ctx context.Context, texts []string) ([][]float32, error) { return fixed(3)(ctx, texts[1:]) }, "1 vectors for 2 passages"},
		{"zero", func(_ context.Context, texts []string) ([][]float32, error) { return [][]float32{{0}, {0}}, nil }, "vector 0 is zero"},
		{"growing", func(ctx context.Context, texts []string) ([][]float32, error) {
			calls++
			return fixed(2+calls)(ctx, texts)
		}, "4 dimensions, before 3"},
	} {
		s := open(t, t.TempDir(), Options{})
		d := doc("aaaa", "/1", "h1", 4)
		replace(t, s, d)
		if err := s.Reembed(t.Context(), "new", 2, c.embed, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Reembed = %v, want %q", c.name, err, c.want)
		}
		mustBe(t, s, want(d, "/1"))
	}
}

func TestCheckFinds(t *testing.T) {
	const resealed = true // as if it had been so before there were checksums
	for _, c := range []struct {
		spoil, want string
		resealed    bool
	}{
		{`DELETE FROM vectors WHERE passage_id = 'aaaa-001'`, "passage aaaa-001: no vector of embedder builtin-8", false},
		{`UPDATE vectors SET vec = x'0000803f' WHERE passage_id = 'aaaa-001'`, "passage aaaa-001: its vector has 1 dimensions, not 8", resealed},
		{`UPDATE vectors SET vec = x'00' WHERE passage_id = 'aaaa-001'`, "a vector of 1 bytes", resealed},
		{`UPDATE vectors SET vec = zeroblob(32) WHERE passage_id = 'aaaa-001'`, "passage aaaa-001: its vector is zero", resealed},
		{`UPDATE vectors SET vec = x'0000c07f00000000000000000000000000000000000000000000000000000000' WHERE passage_id = 'aaaa-001'`, "is not finite", resealed},
		{`PRAGMA foreign_keys = 0; DELETE FROM reports`, "table passages: row without its reports", false},
		{`UPDATE meta SET value = 0 WHERE key = 'generation'`, "report aaaa: generation 1 is newer", false},
		{`DELETE FROM sources`, "report aaaa: no source", false},
		{`UPDATE sources SET collection = 'desk'`, "source /1 is in collection desk", resealed},
		{`INSERT INTO removed VALUES ('aaaa', 1)`, "report aaaa: removed and there", false},
		{`UPDATE reports SET meta = '{'`, "report aaaa: corpus.db is damaged or not a database of reportbot: its metadata: ", resealed},
		{`UPDATE passages SET turns = 'x'`, "page turns of passage aaaa-000", resealed},
		{`UPDATE passages SET path = '[1]'`, "section path of passage aaaa-000", resealed},
		{`UPDATE reports SET title = '别的'`, `report aaaa: metadata of "别的" has changed`, false},
		{`UPDATE reports SET outline = '[]'`, `report aaaa: metadata of "标题 aaaa" has changed`, false},
		{`UPDATE passages SET text = '目标价 13 元' WHERE ord = 1`, `report aaaa "标题 aaaa": passage aaaa-001 has changed`, false},
		{`UPDATE passages SET ord = 5 WHERE ord = 1`, `report aaaa "标题 aaaa": passage aaaa-001 has changed`, false},
		{`DELETE FROM passages WHERE ord = 1`, `report aaaa "标题 aaaa": number or order of its passages has changed`, false},
		{`UPDATE vectors SET vec = zeroblob(32) WHERE passage_id = 'aaaa-001'`, `vector of passage aaaa-001 has changed`, false},
		{`UPDATE facts SET value = value + 1 WHERE ord = 1`, `report aaaa "标题 aaaa": fact 1 of report aaaa has changed`, false},
		{`DELETE FROM facts WHERE ord = 0`, `report aaaa "标题 aaaa": number or order of its facts has changed`, false},
		{`UPDATE boxes SET data = x'01'`, `report aaaa "标题 aaaa": places of passage aaaa-000 has changed`, false},
		{`UPDATE sources SET hash = 'h2'`, `source "/1" of report aaaa has changed`, false},
	} {
		s := open(t, t.TempDir(), Options{})
		d := factual(doc("aaaa", "/1", "h1", 2), "999001.SZ", "999002.SZ")
		d.Passages[0].Boxes = lines(3)
		replace(t, s, d)
		if _, err := s.write.ExecContext(t.Context(), c.spoil); err != nil {
			t.Errorf("%s: %v", c.spoil, err)
		}
		if c.resealed {
			if err := s.change(t.Context(), "seal", func(tx *sql.Tx) error { return sealAll(t.Context(), tx) }); err != nil {
				t.Errorf("%s: %v", c.spoil, err)
			}
		}
		problems, err := s.Check(t.Context())
		if err != nil || !strings.Contains(strings.Join(problems, "\n"), c.want) {
			t.Errorf("%s: Check = %q, %v, want %q", c.spoil, problems, err, c.want)
		}
	}
}
