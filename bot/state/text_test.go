package state

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// texts are what people, Slack and models may send.
var texts = []string{
	"兴业银行（601166.SH）2026年三季报点评", "🏦📈👩‍💻 é é", "a\x00b\x00", "\x00", " leading\ttabs\r\nand lines \u2028", "'; DROP TABLE events; --",
	"\u202e\u200b\U000e0041", "\xff\xfe broken \xe5\x85", strings.Repeat("长", 100_000), "?1 :a @b $c", "",
}

// Bodies come back byte for byte whatever they are; text that is UTF-8 does
// in every column, and the bytes of other text that are not become U+FFFD.
func TestTexts(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	var wants []Event
	for i, text := range texts {
		e := event(i)
		e.Thread, e.Body = text, []byte(text)
		record(t, s, e, true)
		e.Thread = clean(text)
		wants = append(wants, e)
		ok(t, s.SaveTurn(t.Context(), "T", []byte(text), noon))
		ok(t, s.Mark(t.Context(), Posted{EventID: e.ID, Channel: text, TS: text, Stage: text, At: noon}))
		a := Answer{ID: e.ID, Scope: []string{text, ""}, At: noon, Passages: []Shown{{PassageID: text, ReportID: text}}}
		for _, f := range a.texts()[1:] {
			*f = text
		}
		ok(t, s.SaveAnswer(t.Context(), a))
	}
	ok(t, s.Close())
	s = open(t, dir, Options{})
	mustPend(t, s, wants...)
	mustBeWhole(t, s)
	turns, err := s.Turns(t.Context(), "T", 100)
	if err != nil || len(turns) != len(texts) {
		t.Fatalf("%d turns, %v", len(turns), err)
	}
	for i, text := range texts {
		if string(turns[i]) != text {
			t.Errorf("turn %q came back as %q", text, turns[i])
		}
		want := strings.ToValidUTF8(text, "\uFFFD")
		if utf8.ValidString(text) && want != text {
			t.Fatalf("%q was cleaned", text)
		}
		p, _, err := s.Posting(t.Context(), event(i).ID)
		if err != nil || p.Channel != want || p.TS != want || p.Stage != want {
			t.Errorf("post of %q came back as %q, %v", text, p, err)
		}
		a := Answer{ID: event(i).ID, Scope: []string{want, ""}, At: noon, Passages: []Shown{{PassageID: want, ReportID: want}}}
		for _, f := range a.texts()[1:] {
			*f = want
		}
		mustAnswer(t, s, a)
		if in, err := s.AnsweredIn(t.Context(), text); in != (text != "") || err != nil {
			t.Errorf("AnsweredIn(%q) = %v, %v", text, in, err)
		}
	}
}

// Names are taken byte for byte or refused, so that two never become one.
func TestNames(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for _, id := range texts {
		usable := id != "" && utf8.ValidString(id)
		fresh, err := s.Record(t.Context(), Event{ID: id})
		for what, err := range map[string]error{
			"Record": err, "Mark": s.Mark(t.Context(), Posted{EventID: id}), "SaveAnswer": s.SaveAnswer(t.Context(), Answer{ID: id}),
			"SaveTurn": s.SaveTurn(t.Context(), id, nil, noon), "SaveFeedback": s.SaveFeedback(t.Context(), Feedback{AnswerID: "A", User: id}),
		} {
			if usable != (err == nil) || err != nil && (!errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("%s of %.20q = %v", what, id, err)
			}
		}
		if fresh != usable {
			t.Errorf("Record(%.20q) = %v", id, fresh)
		}
		if usable {
			record(t, s, Event{ID: id}, false)
			ok(t, s.Finish(t.Context(), id, "answered", noon))
		}
	}
	mustPend(t, s)
	mustBeWhole(t, s)
}

func FuzzBody(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text), int64(0))
	}
	s := open(f, f.TempDir(), Options{})
	f.Fuzz(func(t *testing.T, body []byte, at int64) {
		id := time.Unix(0, rand.Int64()).String()
		want := Event{ID: id, Body: body, At: decodeTime(at)}
		record(t, s, want, true)
		mustPend(t, s, want)
		ok(t, s.Finish(t.Context(), id, "answered", noon))
		thread := "T" + id
		ok(t, s.SaveTurn(t.Context(), thread, body, want.At))
		if turns, err := s.Turns(t.Context(), thread, 9); len(turns) != 1 || !bytes.Equal(turns[0], body) || err != nil {
			t.Errorf("Turns = %q, %v, want %q", turns, err, body)
		}
	})
}
