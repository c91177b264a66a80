package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
)

// tellLostCommits logs when the log beside corpus.db is damaged. SQLite reads
// it up to the damage and forgets what comes behind without a word, also what
// was acknowledged; at the next write or close it is gone. While another
// process writes nothing is looked at: that one has opened the folder before.
func (s *Store) tellLostCommits(ctx context.Context, path string) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+busyTimeout) // cannot fail
	}()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil // somebody writes
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }() // of nothing
	wal, err := os.ReadFile(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && lostCommits(wal) {
		s.log.Error("the log of " + File + " is damaged, the newest reports may be missing: ingest their files again")
	}
	return err
}

// lostCommits reports whether a write-ahead log holds a commit behind a place
// where it cannot be read, in the format of https://sqlite.org/fileformat.html
// section 4. A log that was cut looks like one that was not finished.
func lostCommits(wal []byte) bool {
	const header, frameHeader = 32, 24
	if len(wal) < header {
		return false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if wal[3]&1 == 1 {
		order = binary.BigEndian
	}
	var a, b uint32
	add := func(data []byte) {
		for ; len(data) >= 8; data = data[8:] {
			a += order.Uint32(data) + b
			b += order.Uint32(data[4:]) + a
		}
	}
	// is reports whether the sum is the one stored.
	is := func(stored []byte) bool {
		return a == binary.BigEndian.Uint32(stored) && b == binary.BigEndian.Uint32(stored[4:])
	}
	page := int(binary.BigEndian.Uint32(wal[8:]))
	salts := wal[16:24]
	add(wal[:24])
	if !is(wal[24:]) || page < 512 || page > 65536 {
		return len(wal) > header
	}
	readable := true
	for frames := wal[header:]; len(frames) >= frameHeader+page; frames = frames[frameHeader+page:] {
		own := bytes.Equal(frames[8:16], salts) // not a frame of an earlier round
		add(frames[:8])
		add(frames[frameHeader : frameHeader+page])
		readable = readable && own && is(frames[16:])
		if commits := binary.BigEndian.Uint32(frames[4:]) != 0; !readable && own && commits {
			return true
		}
	}
	return false
}
