package state

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func entry(i int) Entry {
	return Entry{Kind: "answer", At: noon.Add(time.Duration(i) * time.Hour), Event: event(i).ID, Answer: answer(i).ID, Team: "T1", User: "U1", Channel: "C1",
		Asked: "目标价 <A&B> 是多少？", Scope: []string{"default"}, Outcome: "answered",
		Passages:     []Exhibit{{"r1-p1", "r1", fmt.Sprintf("%x", sha256.Sum256([]byte("一"))), true}, {"", "r2", "", false}},
		PromptTokens: 11, CompletionTokens: 7, Cost: 0.125}
}

func entries(n int) (out []Entry) {
	for i := range n {
		out = append(out, entry(i))
	}
	return out
}

// audited returns what the audit holds, and what is wrong with it.
func audited(t testing.TB, s *Store) (all []Record, head End, err error) {
	t.Helper()
	head, err = s.Audit(t.Context(), func(r Record) error { all = append(all, r); return nil })
	return all, head, err
}

// The bytes of a record, and how its hash is made, are a promise: who kept a
// hash must be able to compare it years later.
func TestAuditRecord(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ok(t, s.Append(t.Context(), entry(0), Entry{Kind: "posted", At: noon.In(time.FixedZone("", 8*3600)), Event: "Ev000000", TS: []string{"1.2"}}))
	all, head, err := audited(t, s)
	ok(t, err)
	want := []Record{{Seq: 1, Body: `{"kind":"answer","at":"2026-11-25T12:00:00.123456789Z","event":"Ev000000","answer":"A0000","team":"T1","user":"U1","channel":"C1",` +
		`"asked":"目标价 <A&B> 是多少？","scope":["default"],"outcome":"answered","passages":[{"passage":"r1-p1","report":"r1",` +
		`"sha256":"da78a01024cc8de46f4d01f71ec66c0b8ecd9a4c6df10cd31bb5efb5bc2d0c1d","cited":true},{"report":"r2"}],"prompt_tokens":11,"completion_tokens":7,"cost":0.125}`},
		{Seq: 2, Body: `{"kind":"posted","at":"2026-11-25T12:00:00.123456789Z","event":"Ev000000","ts":["1.2"]}`}}
	want[0].Body = strings.Replace(want[0].Body, "da78a01024cc8de46f4d01f71ec66c0b8ecd9a4c6df10cd31bb5efb5bc2d0c1d", fmt.Sprintf("%x", sha256.Sum256([]byte("一"))), 1)
	prev := ""
	for i := range want {
		want[i].Prev = prev
		want[i].Hash = fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s", prev, i+1, want[i].Body)))
		prev = want[i].Hash
	}
	if d := cmp.Diff(all, want); d != "" || head != (End{2, prev}) {
		t.Errorf("head %v (-got +want):\n%s", head, d)
	}
	if e, err := all[0].Entry(); err != nil || cmp.Diff(e, entry(0)) != "" {
		t.Errorf("read back: %v, %v", e, err)
	}
}

// Records are not to be changed, deleted, replaced or put in between.
func TestAuditOnlyGrows(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ok(t, s.Append(t.Context(), entry(0), entry(1), entry(2)))
	for _, q := range []string{`UPDATE audit SET body = ''`, `UPDATE audit SET seq = 9 WHERE seq = 3`, `DELETE FROM audit WHERE seq = 3`, `DELETE FROM audit`,
		`INSERT INTO audit VALUES (5, '', '')`, `INSERT OR REPLACE INTO audit VALUES (2, '', '')`, `INSERT INTO audit VALUES (-1, '', '')`} {
		if _, err := s.write.Exec(q); err == nil || !strings.Contains(err.Error(), "a record of the audit") {
			t.Errorf("%s: %v", q, err)
		}
	}
	all, _, err := audited(t, s)
	if len(all) != 3 || err != nil {
		t.Errorf("%d records, %v", len(all), err)
	}
}

// An entry goes with what it is about or not at all.
func TestAuditWithChange(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ok(t, s.SaveAnswer(t.Context(), answer(1), entry(1)))
	ok(t, s.Mark(t.Context(), Posted{EventID: "Ev1", Stage: "posting", At: noon}, entry(2)))
	cutTail(t, s)
	for what, err := range map[string]error{
		"SaveAnswer": s.SaveAnswer(t.Context(), answer(3), entry(3)),
		"Mark":       s.Mark(t.Context(), Posted{EventID: "Ev2", Stage: "posting", At: noon}, entry(4)),
		"Append":     s.Append(t.Context(), entry(5)),
	} {
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "record 1 is not the last one, 2") {
			t.Errorf("%s behind a break: %v", what, err)
		}
	}
	if _, found, err := s.Answer(t.Context(), answer(3).ID); found || err != nil {
		t.Error("an answer was kept without its record", err)
	}
	if _, found, err := s.Posting(t.Context(), "Ev2"); found || err != nil {
		t.Error("a post was noted without its record", err)
	}
}

// cutTail takes the last record away.
func cutTail(t testing.TB, s *Store) {
	t.Helper()
	_, err := s.write.Exec(`DROP TRIGGER audit_kept; DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)`)
	ok(t, err)
}

// What is forgotten is the beginning, never what is younger, and what is left
// is a chain that goes on.
func TestPruneAudit(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	const n = 2*pruneStep + 50
	ok(t, s.Append(t.Context(), entries(n)...))
	old, young := answer(1), answer(2)
	old.At, young.At = entry(1).At, entry(2*n).At
	ok(t, s.SaveAnswer(t.Context(), old))
	ok(t, s.SaveAnswer(t.Context(), young))
	ok(t, s.SaveFeedback(t.Context(), Feedback{old.ID, "U1", true, old.At}))
	_, head, err := audited(t, s)
	ok(t, err)
	for _, c := range []struct{ before, want, left int }{{0, 0, n}, {3, 3, n - 3}, {3, 0, n - 3}, {pruneStep + 3, pruneStep, n - pruneStep - 3}, {2 * n, n - pruneStep - 3, 0}} {
		got, err := s.PruneAudit(t.Context(), entry(c.before).At)
		if got != c.want || err != nil {
			t.Fatalf("PruneAudit(%d) = %d, %v, want %d", c.before, got, err, c.want)
		}
		all, h, err := audited(t, s)
		if len(all) != c.left || h != head || err != nil {
			t.Fatalf("before %d: %d records, %v, want %d; %v, want %v", c.before, len(all), err, c.left, h, head)
		}
	}
	mustAnswer(t, s, young)
	if _, found, err := s.Answer(t.Context(), old.ID); found || err != nil {
		t.Errorf("an old answer is left, %v", err)
	}
	if f, err := s.Feedback(t.Context(), old.ID); len(f) > 0 || err != nil {
		t.Errorf("old feedback is left: %v, %v", f, err)
	}
	ok(t, s.Append(t.Context(), entry(9)))
	all, h, err := audited(t, s)
	if len(all) != 1 || h.Seq != n+1 || all[0].Prev != head.Hash || err != nil {
		t.Errorf("behind a forgotten end: %v, %v, %v", all, h, err)
	}
	mustBeWhole(t, s)

	ok(t, s.Append(t.Context(), entry(10)))
	_, err = s.write.Exec(`DROP TRIGGER audit_fixed; UPDATE audit SET body = replace(body, 'U1', 'U2') WHERE seq = ?`, n+1)
	ok(t, err)
	if got, err := s.PruneAudit(t.Context(), entry(n).At); got != 0 || !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), fmt.Sprintf("record %d was changed", n+1)) {
		t.Errorf("PruneAudit of a broken record = %d, %v", got, err)
	}
}

// One change anywhere in the table, made by somebody who may write the file: it
// is found, and the first broken record named.
func TestPromiseAuditTamper(t *testing.T) {
	const records, first = 40, 6 // five are forgotten
	kinds := map[string]int{}
	for n := range tampers {
		rnd := rand.New(rand.NewPCG(uint64(n), 7))
		s := open(t, t.TempDir(), Options{})
		ok(t, s.Append(t.Context(), entries(records)...))
		_, err := s.PruneAudit(t.Context(), entry(first-1).At)
		ok(t, err)
		_, err = s.write.Exec(`DROP TRIGGER audit_fixed; DROP TRIGGER audit_kept; DROP TRIGGER audit_added`)
		ok(t, err)
		kind := tamperings[n%len(tamperings)]
		kinds[kind.name]++
		at := first + rnd.IntN(records-first+1-kind.room)
		want := kind.do(t, s, rnd, at)
		for what, found := range map[string]string{"Audit": func() string { _, _, err := audited(t, s); return fmt.Sprint(err) }(), "Check": func() string {
			p, err := s.Check(t.Context())
			ok(t, err)
			return strings.Join(p, "; ")
		}()} {
			if !slices.ContainsFunc(strings.Split(want, "|"), func(w string) bool { return strings.Contains(found, w) }) {
				t.Errorf("%s at %d: %s says %q, want %q", kind.name, at, what, found, want)
			}
		}
		ok(t, s.Close())
	}
	t.Logf("%d of %d changes found and named: %v", tampers, tampers, kinds)
}

// tampering changes something at a record, which has so many behind it, and
// says what must be found.
type tampering struct {
	name string
	room int
	do   func(t *testing.T, s *Store, rnd *rand.Rand, at int) string
}

var tamperings = []tampering{
	{"byte of a body", 0, func(t *testing.T, s *Store, rnd *rand.Rand, at int) string {
		flip(t, s, rnd, `audit`, `body`, fmt.Sprintf("seq = %d", at))
		return fmt.Sprintf("record %d was changed", at)
	}},
	{"byte of a hash", 0, func(t *testing.T, s *Store, rnd *rand.Rand, at int) string {
		flip(t, s, rnd, `audit`, `hash`, fmt.Sprintf("seq = %d", at))
		return fmt.Sprintf("record %d was changed", at)
	}},
	{"body and hash", 0, func(t *testing.T, s *Store, _ *rand.Rand, at int) string {
		all, _, err := audited(t, s)
		ok(t, err)
		r := all[at-6]
		body := strings.Replace(r.Body, "U1", "U2", 1)
		mustExec(t, s, `UPDATE audit SET body = ?, hash = ? WHERE seq = ?`, body, End{r.Seq - 1, r.Prev}.follow(body).Hash, at)
		return fmt.Sprintf("record %d was changed, or the |record %d was changed, or the note", at+1, at)
	}},
	{"deleted", 0, func(t *testing.T, s *Store, _ *rand.Rand, at int) string {
		mustExec(t, s, `DELETE FROM audit WHERE seq = ?`, at)
		return fmt.Sprintf("record %d is missing", at)
	}},
	{"deleted, others moved up", 1, func(t *testing.T, s *Store, _ *rand.Rand, at int) string {
		mustExec(t, s, `DELETE FROM audit WHERE seq = ?`, at)
		mustExec(t, s, `UPDATE audit SET seq = -seq WHERE seq > ?`, at)
		mustExec(t, s, `UPDATE audit SET seq = -seq - 1 WHERE seq < 0`)
		return fmt.Sprintf("record %d was changed", at)
	}},
	{"tail cut", 0, func(t *testing.T, s *Store, _ *rand.Rand, at int) string {
		mustExec(t, s, `DELETE FROM audit WHERE seq >= ?`, at)
		return fmt.Sprintf("record %d is missing", at)
	}},
	{"swapped", 1, func(t *testing.T, s *Store, _ *rand.Rand, at int) string {
		mustExec(t, s, `UPDATE audit SET seq = 1000 WHERE seq = ?`, at)
		mustExec(t, s, `UPDATE audit SET seq = ? WHERE seq = ?`, at, at+1)
		mustExec(t, s, `UPDATE audit SET seq = ? WHERE seq = 1000`, at+1)
		return fmt.Sprintf("record %d was changed", at)
	}},
	{"inserted", 0, func(t *testing.T, s *Store, _ *rand.Rand, at int) string {
		mustExec(t, s, `UPDATE audit SET seq = -seq WHERE seq >= ?`, at)
		mustExec(t, s, `UPDATE audit SET seq = 1 - seq WHERE seq < 0`)
		mustExec(t, s, `INSERT INTO audit SELECT ?, body, hash FROM audit WHERE seq = ?`, at, at+1)
		return fmt.Sprintf("record %d was changed|record %d was changed", at, at+1) // its copy is in its place
	}},
	{"added", 0, func(t *testing.T, s *Store, _ *rand.Rand, _ int) string {
		_, head, err := audited(t, s)
		ok(t, err)
		mustExec(t, s, `INSERT INTO audit VALUES (?, '{}', ?)`, head.Seq+1, head.follow("{}").Hash)
		return fmt.Sprintf("record %d was added", head.Seq+1)
	}},
	{"brought back", 0, func(t *testing.T, s *Store, _ *rand.Rand, _ int) string {
		mustExec(t, s, `INSERT INTO audit VALUES (5, '{}', '')`)
		return "record 5 was forgotten, yet it is there"
	}},
	{"byte of an end", 0, func(t *testing.T, s *Store, rnd *rand.Rand, at int) string {
		name := []string{"anchor", "head"}[at%2]
		flip(t, s, rnd, `audit_ends`, `hash`, "name = '"+name+"'")
		return "record 6 was changed|record 40 was changed"
	}},
	{"end moved", 0, func(t *testing.T, s *Store, rnd *rand.Rand, at int) string {
		mustExec(t, s, `UPDATE audit_ends SET seq = seq + ? WHERE name = ?`, 1-2*rnd.IntN(2), []string{"anchor", "head"}[at%2])
		return "record 5 is missing|record 6 was forgotten|record 41 is missing|record 40 was added"
	}},
	{"ends deleted", 0, func(t *testing.T, s *Store, rnd *rand.Rand, at int) string {
		mustExec(t, s, `DELETE FROM audit_ends WHERE name = ?`, []string{"anchor", "head"}[at%2])
		return "audit ends are missing"
	}},
}

func mustExec(t testing.TB, s *Store, q string, args ...any) {
	t.Helper()
	res, err := s.write.Exec(q, args...)
	ok(t, err)
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		t.Fatalf("%s %v changes nothing: %v", q, args, err)
	}
}

// flip flips a bit of a text.
func flip(t testing.TB, s *Store, rnd *rand.Rand, table, column, where string) {
	t.Helper()
	var text []byte
	ok(t, s.write.QueryRow(fmt.Sprintf(`SELECT %s FROM %s WHERE %s`, column, table, where)).Scan(&text))
	text[rnd.IntN(len(text))] ^= 1 << rnd.IntN(8)
	mustExec(t, s, fmt.Sprintf(`UPDATE %s SET %s = CAST(? AS TEXT) WHERE %s`, table, column, where), text)
}
