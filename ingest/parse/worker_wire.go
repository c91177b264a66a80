package parse

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"

	"reportbot/ingest/report"
)

// request is one file for the child. Limits and CacheDir travel with it so
// that a child needs no flags.
type request struct {
	Name     string
	Data     []byte
	CacheDir string
	Limits   Limits
}

// answer is what the child made of a file: a report or an error for users.
type answer struct {
	Report *report.Report
	Error  string
}

func (a answer) err() error {
	switch {
	case a.Error != "":
		return errors.New(a.Error)
	case a.Report == nil:
		return errors.New("cannot be read: the reader found nothing")
	}
	return nil
}

// A frame is a mark, a length and a gob. The mark tells at once when something
// else than ServeWorker speaks.
const frameMark = "RBW1"

// Frames longer than these are taken for garbage before memory is spent.
const (
	maxRequest = 2 << 30
	maxAnswer  = 512 << 20
)

// badFrame is an answer that is none.
type badFrame string

func (b badFrame) Error() string { return "it answered with " + string(b) }

func writeFrame(w io.Writer, v any) error {
	var b bytes.Buffer
	b.WriteString(frameMark)
	b.Write(make([]byte, 8))
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	frame := b.Bytes()
	head := len(frameMark) + 8
	binary.BigEndian.PutUint64(frame[len(frameMark):head], uint64(len(frame)-head))
	_, err := w.Write(frame)
	return err
}

// readFrame returns io.EOF when the stream ends between two frames.
func readFrame(r io.Reader, limit uint64, v any) error {
	head := make([]byte, len(frameMark)+8)
	if n, err := io.ReadFull(r, head); err != nil {
		if n > 0 && n < len(head) {
			return badFrame("something else than a report")
		}
		return err
	}
	if string(head[:len(frameMark)]) != frameMark {
		return badFrame("something else than a report")
	}
	n := binary.BigEndian.Uint64(head[len(frameMark):])
	if n > limit {
		return badFrame(fmt.Sprintf("a report of %d bytes", n))
	}
	// Grown while reading, so that a lie about the length costs nothing.
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		return badFrame("half a report")
	}
	if err := gob.NewDecoder(&body).Decode(v); err != nil {
		return badFrame("a garbled report")
	}
	return nil
}
