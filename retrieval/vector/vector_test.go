package vector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/philippgille/chromem-go"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// entry is a report with the vectors as its passages.
func entry(id, collection string, vecs ...[]float32) retrieval.Entry {
	e := retrieval.Entry{Report: report.Report{ID: id, Collection: collection}, Vectors: vecs}
	for i := range vecs {
		e.Passages = append(e.Passages, report.Passage{ID: fmt.Sprintf("%s-%03d", id, i), ReportID: id})
	}
	return e
}

func random(rnd *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(rnd.NormFloat64()) * 3 // not normalized
	}
	return v
}

func mustReplace(t testing.TB, x *Index, e retrieval.Entry) {
	t.Helper()
	if err := x.Replace(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// ids searches and returns what was found, and checks that scores descend.
func ids(t testing.TB, x *Index, vec []float32, scope retrieval.Scope, limit int) []string {
	t.Helper()
	found, err := x.Search(t.Context(), vec, scope, limit)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, s := range found {
		if i > 0 && s.Score > found[i-1].Score || !strings.HasPrefix(s.PassageID, s.ReportID+"-") {
			t.Errorf("hit %d: %+v after %+v", i, s, found[max(0, i-1)])
		}
		out = append(out, s.PassageID)
	}
	return out
}

// truth ranks by the definition of the cosine. Copies of one vector tie
// exactly, all others are far enough apart for the order to be certain.
func truth(entries map[string]retrieval.Entry, vec []float32, scope retrieval.Scope, limit int) []string {
	var all []retrieval.Scored
	for _, e := range entries {
		for i, v := range e.Vectors {
			if scope.Has(e.Report.Collection) {
				all = append(all, retrieval.Scored{PassageID: e.Passages[i].ID, Score: cosine(v, vec)})
			}
		}
	}
	slices.SortFunc(all, func(a, b retrieval.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.PassageID, b.PassageID))
	})
	var out []string
	for _, s := range all[:min(limit, len(all))] {
		out = append(out, s.PassageID)
	}
	return out
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

// Adding, replacing, moving and removing at random, the index finds exactly
// what a search by definition finds, in the same order.
func TestAgainstTruth(t *testing.T) {
	const dim = 64
	rnd := rand.New(rand.NewPCG(1, 2))
	x, have := New(), make(map[string]retrieval.Entry)
	collections := []string{"default", "desk", "fund"}
	passages := func() (n int) {
		for _, e := range have {
			n += len(e.Vectors)
		}
		return n
	}
	twin := random(rnd, dim) // stands in many reports: ties
	for step := range 400 {
		id := fmt.Sprintf("r%02d", rnd.IntN(40))
		if rnd.IntN(4) == 0 {
			if err := x.Remove(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			delete(have, id)
		} else {
			var vecs [][]float32
			for range rnd.IntN(12) {
				if rnd.IntN(3) == 0 {
					vecs = append(vecs, twin)
				} else {
					vecs = append(vecs, random(rnd, dim))
				}
			}
			have[id] = entry(id, collections[rnd.IntN(3)], vecs...)
			mustReplace(t, x, have[id])
		}
		if got, want := x.Len(), passages(); got != want {
			t.Fatalf("step %d: Len() = %d, want %d", step, got, want)
		}
		scope := retrieval.Scope(collections[:rnd.IntN(4)])
		vec, limit := random(rnd, dim), 1+rnd.IntN(30)
		if step%5 == 0 {
			vec = twin
		}
		if diff := gocmp.Diff(truth(have, vec, scope, limit), ids(t, x, vec, scope, limit)); diff != "" {
			t.Fatalf("step %d, scope %q, limit %d (-want +got):\n%s", step, scope, limit, diff)
		}
	}
}

func TestSearchBounds(t *testing.T) {
	x := New()
	if got, err := x.Search(t.Context(), []float32{1}, retrieval.Scope{"default"}, 5); got != nil || err != nil {
		t.Errorf("empty index: %v, %v", got, err)
	}
	mustReplace(t, x, entry("none", "default"))
	mustReplace(t, x, entry("a", "default", []float32{1, 0}, []float32{0, 1}))
	mustReplace(t, x, entry("b", "desk", []float32{1, 1}))
	for _, c := range []struct {
		scope retrieval.Scope
		limit int
		want  []string
	}{
		{nil, 5, nil},
		{retrieval.Scope{}, 5, nil},
		{retrieval.Scope{"other"}, 5, nil},
		{retrieval.Scope{"default"}, 0, nil},
		{retrieval.Scope{"default"}, -1, nil},
		{retrieval.Scope{"default"}, 1, []string{"a-000"}},
		{retrieval.Scope{"default"}, 2, []string{"a-000", "a-001"}},
		{retrieval.Scope{"desk", "desk", "default"}, math.MaxInt, []string{"a-000", "b-000", "a-001"}},
	} {
		if diff := gocmp.Diff(c.want, ids(t, x, []float32{9, 1}, c.scope, c.limit)); diff != "" {
			t.Errorf("Search(%q, %d) (-want +got):\n%s", c.scope, c.limit, diff)
		}
	}
}

// The report moves to another collection: who saw it there sees it no more.
func TestReplaceMovesCollection(t *testing.T) {
	x := New()
	mustReplace(t, x, entry("a", "default", []float32{1, 0}))
	mustReplace(t, x, entry("a", "desk", []float32{1, 0}))
	if got := ids(t, x, []float32{1, 0}, retrieval.Scope{"default"}, 5); got != nil {
		t.Errorf("still in default: %q", got)
	}
	if got := ids(t, x, []float32{1, 0}, retrieval.Scope{"desk"}, 5); !slices.Equal(got, []string{"a-000"}) {
		t.Errorf("in desk: %q", got)
	}
}

func TestRefuses(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	scope := retrieval.Scope{"default"}
	x := New()
	mustReplace(t, x, entry("a", "default", []float32{1, 0}, []float32{0, 1}))
	for _, c := range []struct {
		name, want string
		e          retrieval.Entry
	}{
		{"dimension", "3 dimensions, the index 2", entry("b", "default", []float32{1, 0, 0})},
		{"dimensions", "b-001 has 3 dimensions, the first 2", entry("b", "default", []float32{1, 0}, []float32{1, 0, 0})},
		{"no dimension", "is zero", entry("b", "default", []float32{})},
		{"zero", "b-001 is zero", entry("b", "default", []float32{1, 0}, []float32{0, 0})},
		{"NaN", "b-000 is not finite", entry("b", "default", []float32{nan, 0})},
		{"infinite", "b-000 is not finite", entry("b", "default", []float32{inf, 0})},
		{"no ID", "is empty", entry("", "default", []float32{1, 0})},
		{"no collection", "is empty", entry("b", "", []float32{1, 0})},
		{"few vectors", "1 vectors for 2 passages", func() retrieval.Entry {
			e := entry("b", "default", []float32{1, 0}, []float32{0, 1})
			e.Vectors = e.Vectors[:1]
			return e
		}()},
		{"same ID twice", "used twice", func() retrieval.Entry {
			e := entry("b", "default", []float32{1, 0}, []float32{0, 1})
			e.Passages[1].ID = e.Passages[0].ID
			return e
		}()},
		{"another's passage", "passage a-000 belongs to report a", func() retrieval.Entry {
			e := entry("b", "desk", []float32{1, 0})
			e.Passages[0].ID = "a-000"
			return e
		}()},
	} {
		if err := x.Replace(t.Context(), c.e); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Replace = %v, want %q", c.name, err, c.want)
		}
		if got := ids(t, x, []float32{2, 1}, scope, 9); !slices.Equal(got, []string{"a-000", "a-001"}) {
			t.Errorf("%s: index holds %q", c.name, got)
		}
	}
	for _, c := range []struct {
		want string
		vec  []float32
	}{
		{"the question has 3 dimensions, the index 2", []float32{1, 0, 0}},
		{"has 0 dimensions", nil},
		{"is zero", []float32{0, 0}},
		{"is not finite", []float32{1, nan}},
	} {
		if got, err := x.Search(t.Context(), c.vec, scope, 5); got != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Search(%v) = %v, %v, want %q", c.vec, got, err, c.want)
		}
	}
	mustReplace(t, x, entry("a", "default", []float32{1, 0, 0})) // the only report may change the dimension
	if got := ids(t, x, []float32{1, 0, 0}, scope, 5); !slices.Equal(got, []string{"a-000"}) {
		t.Errorf("after a change of dimension: %q", got)
	}
}

// Very long and very short vectors have a direction all the same.
func TestExtremeLengths(t *testing.T) {
	x := New()
	mustReplace(t, x, entry("a", "default", []float32{1e38, 1e38}, []float32{1e-40, 0}, []float32{0, 1}))
	got, err := x.Search(t.Context(), []float32{3e-39, 0}, retrieval.Scope{"default"}, 3)
	if err != nil || len(got) != 3 || got[0].PassageID != "a-001" || math.Abs(got[1].Score-math.Sqrt2/2) > 1e-6 {
		t.Errorf("Search = %+v, %v", got, err)
	}
}

// The caller's slices are its own before and after.
func TestCopies(t *testing.T) {
	x := New()
	v := []float32{1, 0}
	mustReplace(t, x, entry("a", "default", v))
	v[0], v[1] = -1, 0
	got, err := x.Search(t.Context(), []float32{1, 0}, retrieval.Scope{"default"}, 1)
	if err != nil || len(got) != 1 || got[0].Score != 1 {
		t.Errorf("Search = %+v, %v", got, err)
	}
}

func TestCancelled(t *testing.T) {
	x := New()
	mustReplace(t, x, entry("a", "default", []float32{1, 0}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := x.Search(ctx, []float32{1, 0}, retrieval.Scope{"default"}, 1); got != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("Search = %v, %v", got, err)
	}
}

// Searches beside changes see every report whole: its passages are copies of
// one vector, so all or none are found.
func TestConcurrent(t *testing.T) {
	const reports, passages, dim = 8, 5, 16
	x := New()
	scope := retrieval.Scope{"default", "desk"}
	var wg sync.WaitGroup
	for w := range reports {
		rnd := rand.New(rand.NewPCG(uint64(w), 1))
		vec := random(rnd, dim)
		e := entry(fmt.Sprint("r", w), scope[w%2], slices.Repeat([][]float32{vec}, passages)...)
		mustReplace(t, x, e)
		wg.Go(func() {
			for i := range 50 {
				err := x.Replace(t.Context(), e)
				if i%3 == 0 {
					err = errors.Join(err, x.Remove(t.Context(), e.Report.ID))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 50 {
				found, err := x.Search(t.Context(), vec, scope, reports*passages)
				if err != nil {
					t.Error(err)
				}
				n := make(map[string]int)
				for _, s := range found {
					n[s.ReportID]++
				}
				for id, k := range n {
					if k != passages {
						t.Errorf("report %s: %d of %d passages", id, k, passages)
					}
				}
				x.Len()
			}
		})
	}
	wg.Wait()
}

// What the guards and the order cost: the same query bare and through Index.
func BenchmarkSearch(b *testing.B) {
	const n, dim, limit = 10_000, 512, 50
	rnd := rand.New(rand.NewPCG(1, 2))
	x := New()
	bare, err := chromem.NewDB().CreateCollection("bare", nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	for r := range n / 50 {
		var vecs [][]float32
		for range 50 {
			vecs = append(vecs, random(rnd, dim))
		}
		e := entry(fmt.Sprintf("r%03d", r), "default", vecs...)
		mustReplace(b, x, e)
		for i, v := range vecs {
			if err := bare.AddDocument(b.Context(), chromem.Document{ID: e.Passages[i].ID, Embedding: v}); err != nil {
				b.Fatal(err)
			}
		}
	}
	vec := random(rnd, dim)
	b.Run("chromem", func(b *testing.B) {
		for b.Loop() {
			if _, err := bare.QueryEmbedding(b.Context(), vec, limit, nil, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			if _, err := x.Search(b.Context(), vec, retrieval.Scope{"default"}, limit); err != nil {
				b.Fatal(err)
			}
		}
	})
}
