package state

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Entry is what the audit keeps of one thing that was shown to somebody, or
// refused. Entries are only ever added. Each is chained to the one before it by
// its hash, so that a change of any of them is found; see Audit.
//
// The order of the fields is that of the record; those without a value are left
// out of it.
type Entry struct {
	Kind     string    `json:"kind"` // see package slack, which writes them
	At       time.Time `json:"at"`
	Event    string    `json:"event,omitempty"`  // what it is about; all entries of one question have the same
	Answer   string    `json:"answer,omitempty"` // ID of the answer
	Team     string    `json:"team,omitempty"`
	User     string    `json:"user,omitempty"` // who asked, or pressed
	Channel  string    `json:"channel,omitempty"`
	Thread   string    `json:"thread,omitempty"`
	Direct   bool      `json:"direct,omitempty"`  // in a direct message
	Private  bool      `json:"private,omitempty"` // shown to the user alone
	Asked    string    `json:"asked,omitempty"`   // as typed
	Question string    `json:"question,omitempty"`
	Scope    []string  `json:"scope,omitempty"`   // the collections that were searched
	Outcome  string    `json:"outcome,omitempty"` // of an answer, or why it was refused
	Reports  []string  `json:"reports,omitempty"` // IDs, where there are no passages
	Passages []Exhibit `json:"passages,omitempty"`
	Text     string    `json:"text_sha256,omitempty"` // of what was posted
	Model    string    `json:"model,omitempty"`
	Prompt   string    `json:"prompt_version,omitempty"`
	// What the model counted, and what that cost.
	PromptTokens     int      `json:"prompt_tokens,omitempty"`
	CompletionTokens int      `json:"completion_tokens,omitempty"`
	Cost             float64  `json:"cost,omitempty"`
	TS               []string `json:"ts,omitempty"` // of the messages
}

// Exhibit is a passage as it was when it was used.
type Exhibit struct {
	Passage string `json:"passage,omitempty"` // ID; "" for the front of a report
	Report  string `json:"report"`
	SHA256  string `json:"sha256,omitempty"` // of its text
	Cited   bool   `json:"cited,omitempty"`
}

// body is the entry in its canonical form.
func (e Entry) body() (string, error) {
	e.At = e.At.UTC()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// End is a record of the audit by its number and hash.
type End struct {
	Seq  int64 // 0: there is none
	Hash string
}

// follow is the hash of a record behind another. Each of the three stands on a
// line, so that sha256sum can do it too.
func (e End) follow(body string) End {
	seq := e.Seq + 1
	sum := sha256.Sum256([]byte(e.Hash + "\n" + strconv.FormatInt(seq, 10) + "\n" + body))
	return End{seq, hex.EncodeToString(sum[:])}
}

// ends returns the ends of the chain.
func ends(ctx context.Context, tx *sql.Tx) (anchor, head End, err error) {
	err = tx.QueryRowContext(ctx, `SELECT a.seq, a.hash, h.seq, h.hash FROM audit_ends a, audit_ends h WHERE a.name = 'anchor' AND h.name = 'head'`).
		Scan(&anchor.Seq, &anchor.Hash, &head.Seq, &head.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = broken("ends are missing")
	}
	return anchor, head, err
}

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: audit %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// addEntries adds entries to the audit, in the transaction of what they are about.
// Behind an end that is not whole nothing is added: the break would be buried.
func addEntries(ctx context.Context, tx *sql.Tx, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	anchor, head, err := ends(ctx, tx)
	if err != nil {
		return err
	}
	last := anchor
	err = tx.QueryRowContext(ctx, `SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&last.Seq, &last.Hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if last != head {
		return broken("record %d is not the last one, %d", last.Seq, head.Seq)
	}
	for _, e := range entries {
		body, err := e.body()
		if err != nil {
			return err
		}
		head = head.follow(body)
		if _, err := tx.ExecContext(ctx, `INSERT INTO audit (seq, body, hash) VALUES (?, ?, ?)`, head.Seq, body, head.Hash); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE audit_ends SET seq = ?, hash = ? WHERE name = 'head'`, head.Seq, head.Hash); err != nil {
			return err
		}
	}
	return nil
}

// Append adds entries to the audit. They are on disk when it returns.
func (s *Store) Append(ctx context.Context, entries ...Entry) error {
	return s.change(ctx, "add to the audit", false, func(ctx context.Context, tx *sql.Tx) error {
		return addEntries(ctx, tx, entries)
	})
}

// Record is an entry in its place in the audit. Hash is the SHA-256, in
// hexadecimal, of Prev, Seq and Body with a line feed between them; Prev is the
// Hash of the record before, "" of the first.
type Record struct {
	Seq        int64
	Hash, Prev string
	Body       string // the entry as JSON
}

// Entry reads the body.
func (r Record) Entry() (e Entry, err error) {
	if err := json.Unmarshal([]byte(r.Body), &e); err != nil {
		return e, broken("record %d is not readable", r.Seq)
	}
	return e, nil
}

// Audit calls f, unless it is nil, with every record in order and returns the
// last one. It checks the chain on the way: an ErrDamaged names the first
// record that was changed, or is missing, added or in another's place; f is
// called with those behind it even so. Nobody can change records and have the
// same last hash; whoever may write the file can have another one, and only who
// keeps that hash elsewhere will know.
func (s *Store) Audit(ctx context.Context, f func(Record) error) (head End, err error) {
	err = s.view(ctx, "audit", func(tx *sql.Tx) error {
		head, err = eachRecord(ctx, tx, f)
		return err
	})
	return head, err
}

// Head returns the last record of the audit without a look at the others.
func (s *Store) Head(ctx context.Context) (head End, err error) {
	err = s.view(ctx, "audit", func(tx *sql.Tx) error {
		_, head, err = ends(ctx, tx)
		return err
	})
	return head, err
}

func eachRecord(ctx context.Context, tx *sql.Tx, f func(Record) error) (head End, err error) {
	anchor, head, err := ends(ctx, tx)
	if err != nil {
		return head, err
	}
	var first error
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	last := anchor
	err = eachRow(ctx, tx, func(row scanner) error {
		var r Record
		if err := row.Scan(&r.Seq, &r.Body, &r.Hash); err != nil {
			return err
		}
		r.Prev = last.Hash
		switch want := last.follow(r.Body); {
		case r.Seq > want.Seq:
			note(broken("record %d is missing", want.Seq))
		case r.Seq < want.Seq:
			note(broken("record %d was forgotten, yet it is there", r.Seq))
		case r.Hash != want.Hash:
			note(broken("record %d was changed, or the one before it", r.Seq))
		}
		last = End{r.Seq, r.Hash}
		if f == nil {
			return nil
		}
		return f(r)
	}, `SELECT seq, body, hash FROM audit ORDER BY seq`)
	switch {
	case err != nil:
	case last.Seq < head.Seq:
		note(broken("record %d is missing", last.Seq+1))
	case last.Seq > head.Seq:
		note(broken("record %d was added", head.Seq+1))
	case last.Hash != head.Hash:
		note(broken("record %d was changed, or the note of the last one", last.Seq))
	}
	return head, errors.Join(first, err)
}

// PruneAudit forgets the records from the first one on until one that is not
// older than before, and returns how many. What is left stays a chain, whose
// anchor is the last one forgotten. Damage in what would be forgotten is an
// error, and nothing is forgotten: it is to be seen first. Answers and feedback
// older than before go with them, since they tell of the same.
func (s *Store) PruneAudit(ctx context.Context, before time.Time) (forgotten int, err error) {
	for n := pruneStep; n == pruneStep; forgotten += n {
		err := s.change(ctx, "forget old records of the audit", false, func(ctx context.Context, tx *sql.Tx) error {
			n, err = forget(ctx, tx, before)
			return err
		})
		if err != nil {
			return forgotten, err
		}
	}
	for _, del := range []string{
		`DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE at < ? LIMIT ?)`,
		`DELETE FROM feedback WHERE (answer_id, user) IN (SELECT answer_id, user FROM feedback WHERE at < ? LIMIT ?)`,
	} {
		if _, err := s.deleteAll(ctx, del, before); err != nil {
			return forgotten, err
		}
	}
	return forgotten, nil
}

// forget is a step of it.
func forget(ctx context.Context, tx *sql.Tx, before time.Time) (n int, err error) {
	last, _, err := ends(ctx, tx)
	if err != nil {
		return 0, err
	}
	err = eachRow(ctx, tx, func(row scanner) error {
		var r Record
		if err := row.Scan(&r.Seq, &r.Body, &r.Hash); err != nil {
			return err
		}
		if want := last.follow(r.Body); want != (End{r.Seq, r.Hash}) {
			return broken("record %d was changed, or the one before it", want.Seq)
		}
		e, err := r.Entry()
		if err != nil {
			return err
		}
		if !e.At.Before(before) {
			return errYoung
		}
		last = End{r.Seq, r.Hash}
		n++
		return nil
	}, `SELECT seq, body, hash FROM audit ORDER BY seq LIMIT ?`, pruneStep)
	if err != nil && err != errYoung || n == 0 {
		return 0, ignore(err, errYoung)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE audit_ends SET seq = ?, hash = ? WHERE name = 'anchor'`, last.Seq, last.Hash); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM audit WHERE seq <= ?`, last.Seq)
	return n, err
}

// errYoung ends the search for old records.
var errYoung = errors.New("not old enough")

func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}
