package bot_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/bot/answer"
	"reportbot/bot/eval"
	"reportbot/ingest/chunk"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/vector"
)

// both are the collections of the desk.
var both = retrieval.Scope{"default", "desk"}

// desk is the searcher over the sample reports that need no PDF engine, whose
// start takes seconds, and the front of one that does.
type desk struct {
	*retrieval.Searcher
	words *lexical.Index
	known *security.Directory
}

func (d desk) Rarity(scope retrieval.Scope, t text.Token) float64 { return d.words.Rarity(scope, t) }

func newDesk(t testing.TB) desk {
	t.Helper()
	files, err := filepath.Glob("../ingest/testdata/reports/*")
	if err != nil {
		t.Fatal(err)
	}
	var entries []retrieval.Entry
	reader := parse.NewReader("", parse.Limits{})
	for _, f := range files {
		if filepath.Ext(f) != ".pdf" {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, read(t, reader, filepath.Base(f), b))
		}
	}
	entries = append(entries, read(t, reader, "lanhai.md", []byte(`# 海外交付集中确认，前三季度利润超预期

**澜海储能（999777.SZ）三季报预告点评**

青岚证券研究所 · 2026年10月16日

## 投资要点

公司预告前三季度利润超预期，我们维持“买入”评级，目标价86.40元。
`)))
	return deskOf(t, entries)
}

func deskOf(t testing.TB, entries []retrieval.Entry) desk {
	t.Helper()
	d := desk{words: lexical.New(), known: security.NewDirectory()}
	d.known.AddKnown()
	var err error
	if d.Searcher, err = retrieval.NewSearcher(t.Context(), eval.NewMemory(entries, "builtin"), d.words, vector.New(), vector.Builtin{}, 0); err != nil {
		t.Fatal(err)
	}
	d.Know(d.known)
	return d
}

func read(t testing.TB, reader *parse.Reader, name string, b []byte) retrieval.Entry {
	t.Helper()
	r, err := reader.Read(t.Context(), name, b)
	if err != nil {
		t.Fatal(err)
	}
	r.ID, r.Collection = name, "default"
	if strings.Contains(name, "ZZQX") || strings.Contains(name, "首次覆盖深度") {
		r.Collection = "desk"
	}
	e := retrieval.Entry{Report: *r, Passages: chunk.Passages(r)}
	e.Report.Sections = nil
	texts := make([]string, len(e.Passages))
	for i := range e.Passages {
		texts[i] = report.EmbedText(&e.Report, &e.Passages[i])
	}
	if e.Vectors, err = (vector.Builtin{}).Embed(t.Context(), texts); err != nil {
		t.Fatal(err)
	}
	return e
}

// answerer is the real one, without a model.
func (d desk) answerer() *answer.Answerer {
	return answer.New(d, nil, d.known, answer.Options{})
}
