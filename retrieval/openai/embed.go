package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"
	"time"

	goopenai "github.com/sashabaranov/go-openai"
)

// Embedder turns texts into vectors. It may be used by many goroutines at once.
type Embedder struct {
	*server
	dim atomic.Int64 // what all vectors must have; 0 until known
}

// NewEmbedder asks nobody yet.
func NewEmbedder(o Options) *Embedder {
	o.Timeout = positive(o.Timeout, time.Minute)
	o.FirstToken = positive(o.FirstToken, o.Timeout/2)
	if o.Batch <= 0 {
		o.Batch = 64
	}
	e := &Embedder{server: newServer("embed", o)}
	e.dim.Store(int64(o.Dim))
	return e
}

// Name tells vectors of one model from those of another.
func (e *Embedder) Name() string { return "openai:" + e.Model }

// Embed returns one vector for each text, in the order of texts: finite, not
// zero, and all of one dimension for as long as the Embedder lives. They have
// the length the server gave them. On an error there are no vectors, not even
// for the batches that went well.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	all := make([][]float32, 0, len(texts))
	for len(all) < len(texts) {
		from := len(all)
		to := min(from+e.Batch, len(texts))
		err := e.do(ctx, func(ctx context.Context) error {
			vectors, err := e.batch(ctx, texts[from:to])
			if err == nil {
				all = append(all, vectors...)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("texts %d to %d of %d: %w", from+1, to, len(texts), err)
		}
	}
	return all, nil
}

func (e *Embedder) batch(ctx context.Context, texts []string) ([][]float32, error) {
	input := make([]string, len(texts))
	for i, t := range texts {
		input[i] = or(t, " ") // OpenAI and others refuse a batch with an empty text
	}
	w := newWatch(ctx, e.FirstToken, "no reply within %s")
	defer w.stop()
	client := e.client(&exchange{fit: e.sound})
	reply, err := client.CreateEmbeddings(w.ctx, goopenai.EmbeddingRequest{
		Input:          input,
		Model:          goopenai.EmbeddingModel(e.Model),
		EncodingFormat: goopenai.EmbeddingEncodingFormatFloat,
	})
	if err = w.explain(err); err != nil {
		var syntax *json.SyntaxError
		var shape *json.UnmarshalTypeError
		if errors.As(err, &syntax) || errors.As(err, &shape) || err == io.EOF || err == io.ErrUnexpectedEOF {
			err = malformed(err)
		}
		return nil, err
	}
	return e.check(reply.Data, len(texts))
}

// sound reads the whole reply and refuses what the decoder would let pass: an
// error object, and null in a vector, which is how some servers write NaN and
// the decoder reads 0.
func (e *Embedder) sound(src io.Reader) (io.Reader, error) {
	body, err := io.ReadAll(src)
	if err != nil {
		return nil, err
	}
	if isPage(body) {
		return nil, errNotAPI
	}
	if err := e.streamError(body); err != nil {
		return nil, err
	}
	if bytes.Contains(body, []byte("null")) {
		var reply struct {
			Data []struct{ Embedding []*float32 }
		}
		// A reply of another shape is left to the decoder to explain.
		if json.Unmarshal(body, &reply) == nil {
			for i, d := range reply.Data {
				for _, v := range d.Embedding {
					if v == nil {
						return nil, fmt.Errorf("%w: vector %d has a number missing", errVectors, i+1)
					}
				}
			}
		}
	}
	return bytes.NewReader(body), nil
}

// check puts the vectors in order and refuses them all if one is no good.
func (e *Embedder) check(data []goopenai.Embedding, texts int) ([][]float32, error) {
	if len(data) != texts {
		return nil, fmt.Errorf("%w: %d for %d texts", errVectors, len(data), texts)
	}
	dim := int(e.dim.Load())
	ordered := make([][]float32, texts)
	for _, d := range data {
		switch {
		case d.Index < 0 || d.Index >= texts:
			return nil, fmt.Errorf("%w: index %d for %d texts", errVectors, d.Index, texts)
		case ordered[d.Index] != nil:
			return nil, fmt.Errorf("%w: index %d comes twice", errVectors, d.Index)
		case len(d.Embedding) == 0:
			return nil, fmt.Errorf("%w: index %d has none", errVectors, d.Index)
		}
		if dim == 0 {
			dim = len(d.Embedding)
		}
		if len(d.Embedding) != dim {
			return nil, fmt.Errorf("%w: %d dimensions where %d are due", errVectors, len(d.Embedding), dim)
		}
		if !usable(d.Embedding) {
			return nil, fmt.Errorf("%w: index %d is zero or not finite", errVectors, d.Index)
		}
		ordered[d.Index] = d.Embedding
	}
	if !e.dim.CompareAndSwap(0, int64(dim)) && int(e.dim.Load()) != dim {
		return nil, fmt.Errorf("%w: %d dimensions where %d are due", errVectors, dim, e.dim.Load())
	}
	return ordered, nil
}

// usable tells whether v has a direction: its squared length is a positive,
// finite number.
func usable(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return sum > 0 && !math.IsInf(sum, 0) && !math.IsNaN(sum)
}
