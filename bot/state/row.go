package state

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// name refuses what cannot name something: two names must never become one.
func name(what, s string) error {
	if s == "" {
		return fmt.Errorf("%w: the %s is empty", ErrInvalid, what)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("%w: the %s %q is not UTF-8", ErrInvalid, what, s)
	}
	return nil
}

// clean makes text out of s: a bad byte must not keep an answer from being
// stored, and a column that claims to be text should be.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// blob keeps an empty body from becoming NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func encodeTime(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func decodeTime(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// scanner is a row, of one or of many.
type scanner interface{ Scan(into ...any) error }

// eachRow calls f with each row that query finds, until one is an error.
func eachRow(ctx context.Context, tx *sql.Tx, f func(scanner) error, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// changed is the error of a row whose checksum is not that of its columns.
func changed(what, id string) error {
	return fmt.Errorf("%w: "+what+" has changed on the disk", ErrDamaged, id)
}

// joined makes one error, of one line, out of those that are one.
func joined(errs []error) error {
	if err := errors.Join(errs...); err != nil {
		return oneLine{err}
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is the checksum of a row: each field with its length before it, so that
// bytes cannot move from one to the next unseen.
func sum(fields ...string) int64 {
	h := crc32.New(castagnoli)
	var n [8]byte
	for _, f := range fields {
		binary.LittleEndian.PutUint64(n[:], uint64(len(f)))
		h.Write(n[:])
		h.Write([]byte(f))
	}
	return int64(h.Sum32())
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
