package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// vectors replies with the given data.
func vectors(data ...string) http.HandlerFunc {
	return text(200, "application/json",
		`{"object":"list","data":[`+strings.Join(data, ",")+`],"model":"m-1","usage":{"prompt_tokens":1}}`)
}

// lengths answers each text with [length, 1], last text first.
func lengths(w http.ResponseWriter, r *http.Request) {
	var body struct{ Input []string }
	json.NewDecoder(r.Body).Decode(&body)
	var data []string
	for i := len(body.Input) - 1; i >= 0; i-- {
		data = append(data, fmt.Sprintf(`{"index":%d,"embedding":[%d,1]}`, i, len(body.Input[i])))
	}
	vectors(data...)(w, r)
}

func TestEmbed(t *testing.T) {
	f := newFake(t, lengths)
	o := f.options(t)
	o.Batch = 3
	e := NewEmbedder(o)
	got, err := e.Embed(t.Context(), []string{"aaaa", "", "cc", "d", "营收"})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float32{{4, 1}, {1, 1}, {2, 1}, {1, 1}, {6, 1}} // the empty text went as a blank
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("vectors (-want +got):\n%s", diff)
	}
	wantBodies := []string{
		`{"encoding_format":"float","input":["aaaa"," ","cc"],"model":"m-1"}`,
		`{"encoding_format":"float","input":["d","营收"],"model":"m-1"}`,
	}
	if diff := cmp.Diff(wantBodies, f.bodies); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if e.Name() != "openai:m-1" {
		t.Errorf("Name = %q", e.Name())
	}
	if got, err := e.Embed(t.Context(), nil); err != nil || len(got) != 0 || f.calls() != 2 {
		t.Errorf("Embed of nothing: %v, %v, %d calls", got, err, f.calls())
	}
}

func TestEmbedRefuses(t *testing.T) {
	a, b := `{"index":0,"embedding":[1,2]}`, `{"index":1,"embedding":[3,4]}`
	tests := []struct {
		name  string
		reply http.HandlerFunc
		want  error
		says  string
		calls int
	}{
		{"too few", vectors(a), errVectors, "1 for 2 texts", 1},
		{"too many", vectors(a, b, `{"index":2,"embedding":[5,6]}`), errVectors, "3 for 2 texts", 1},
		{"none", vectors(), errVectors, "0 for 2 texts", 1},
		{"another object", text(200, "application/json", `{"ok":true}`), errVectors, "0 for 2 texts", 1},
		{"index twice", vectors(a, a), errVectors, "index 0 comes twice", 1},
		{"index out of range", vectors(a, `{"index":2,"embedding":[3,4]}`), errVectors, "index 2", 1},
		{"index below zero", vectors(a, `{"index":-1,"embedding":[3,4]}`), errVectors, "index -1", 1},
		{"dimensions differ", vectors(a, `{"index":1,"embedding":[3,4,5]}`), errVectors, "3 dimensions where 2", 1},
		{"empty vector", vectors(a, `{"index":1,"embedding":[]}`), errVectors, "index 1 has none", 1},
		{"zero vector", vectors(a, `{"index":1,"embedding":[0,0]}`), errVectors, "index 1 is zero", 1},
		{"null in a vector", vectors(a, `{"index":1,"embedding":[3,null]}`), errVectors, "vector 2 has a number missing", 1},
		{"null for a vector", vectors(a, `{"index":1,"embedding":null}`), errVectors, "index 1 has none", 1},
		{"overflow", vectors(a, `{"index":1,"embedding":[3,1e39]}`), ErrMalformed, "1e39", 2},
		{"far overflow", vectors(a, `{"index":1,"embedding":[3,1e999]}`), ErrMalformed, "1e999", 2},
		{"NaN", vectors(a, `{"index":1,"embedding":[3,NaN]}`), ErrMalformed, "", 2},
		{"base64", vectors(a, `{"index":1,"embedding":"AACAPw=="}`), ErrMalformed, "string", 2},
		{"web page", text(200, "text/html", " <html>"), errNotAPI, "base URL", 1},
		{"empty body", text(200, "application/json", ""), ErrCut, "", 2},
		{"half a body", text(200, "application/json", `{"data":[{"ind`), ErrCut, "", 2},
		{"lost half-way", text(200, "application/json", `{"data":[`, "Content-Length", "900"), nil, "unexpected EOF", 2},
		{"error object", text(200, "application/json", `{"error":{"message":"no such model"}}`), nil, "no such model", 2},
		{"silence", stream("hang"), ErrStalled, "no reply within 50ms", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.reply)
			o := f.options(t)
			if tt.want == ErrStalled {
				o.FirstToken = 50 * time.Millisecond
			}
			got, err := NewEmbedder(o).Embed(t.Context(), []string{"a", "b"})
			oneLine(t, err)
			if err == nil || got != nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("Embed = %v, %v; want %v saying %q", got, err, tt.want, tt.says)
			}
			if f.calls() != tt.calls {
				t.Errorf("%d calls, want %d", f.calls(), tt.calls)
			}
		})
	}
}

func TestEmbedDimensionStays(t *testing.T) {
	two, three := vectors(`{"index":0,"embedding":[1,2]}`), vectors(`{"index":0,"embedding":[1,2,3]}`)
	f := newFake(t, two, three)
	e := NewEmbedder(f.options(t))
	if _, err := e.Embed(t.Context(), []string{"a"}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Embed(t.Context(), []string{"a"}); !errors.Is(err, errVectors) {
		t.Errorf("3 dimensions after 2: %v, want %v", err, errVectors)
	}
	o := newFake(t, two).options(t)
	o.Dim = 3
	if _, err := NewEmbedder(o).Embed(t.Context(), []string{"a"}); !errors.Is(err, errVectors) {
		t.Errorf("2 dimensions where 3 are asked for: %v, want %v", err, errVectors)
	}
}

func TestEmbedNullElsewhere(t *testing.T) {
	f := newFake(t, text(200, "application/json", `{"data":[{"index":0,"embedding":[1,2],"object":null}],"usage":null,"error":null}`))
	if _, err := NewEmbedder(f.options(t)).Embed(t.Context(), []string{"a"}); err != nil {
		t.Errorf("null outside the vectors: %v", err)
	}
}

func TestEmbedFailsWhole(t *testing.T) {
	f := newFake(t, lengths, refuse(400, "too long"))
	o := f.options(t)
	o.Batch = 2
	got, err := NewEmbedder(o).Embed(t.Context(), []string{"a", "b", "c"})
	oneLine(t, err)
	if got != nil || err == nil || !strings.HasPrefix(err.Error(), "texts 3 to 3 of 3: ") {
		t.Errorf("Embed = %v, %v; want no vectors and the texts named", got, err)
	}
}
