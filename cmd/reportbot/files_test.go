package main

import (
	"bytes"
	"context"
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"

	"reportbot/bot/state"
	"reportbot/ingest/parse/pdf/pdftest"
	"reportbot/retrieval/store"
)

// makeFile makes what a text archive cannot hold:
//
//	make gb18030|utf16 FROM TO   a text file in another encoding
//	make truncated FROM TO       the first half of a file
//	make damaged FROM TO         a file with its middle overwritten
//	make noise|zip TO            binary junk, and junk that begins like a Word file
//	make pdf TO [TEXT...]        a PDF with a page for each text, none without
//	make encrypted TO            a PDF that needs a password
//	make escapes FILE            with an escape character for each ESC
//	make hostile DIR             files whose names hold codes for terminals
//	make newer DATA              turns a data folder into one of a later version
//	make changed DATA            changes a figure of the passages of a data folder
//	make audit DATA              an audit of three records in a data folder
//	make forged DATA             changes the second record of it, as one may who knows SQL
func makeFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: make KIND [FROM] TO [TEXT...]")
	}
	kind, to := args[0], ts.MkAbs(args[1])
	var from []byte
	switch kind {
	case "gb18030", "utf16", "truncated", "damaged", "escapes":
		var err error
		from, err = os.ReadFile(to)
		ts.Check(err)
		to = ts.MkAbs(args[len(args)-1])
	}
	var data []byte
	switch kind {
	case "gb18030":
		var err error
		data, err = simplifiedchinese.GB18030.NewEncoder().Bytes(from)
		ts.Check(err)
	case "utf16":
		data = []byte{0xFF, 0xFE}
		for _, u := range utf16.Encode([]rune(string(from))) {
			data = append(data, byte(u), byte(u>>8))
		}
	case "truncated":
		data = from[:len(from)/2]
	case "damaged":
		data = bytes.Clone(from)
		copy(data[len(data)/3:], pdftest.Noise(len(data)/3))
	case "noise":
		data = pdftest.Noise(4000)
	case "zip":
		data = append([]byte("PK\x03\x04"), pdftest.Noise(500)...)
	case "pdf":
		data = pdf(args[2:]...)
	case "encrypted":
		data = pdftest.Encrypted()
	case "newer":
		ts.Check(alter(to, "PRAGMA user_version = 1000"))
		return
	case "changed":
		ts.Check(alter(to, "UPDATE passages SET text = replace(text, '91.3', '19.3')"))
		return
	case "audit":
		ts.Check(makeAudit(to))
		return
	case "forged":
		ts.Check(forge(to, `UPDATE audit SET body = replace(body, 'U2', 'U1') WHERE seq = 2`))
		return
	case "hostile":
		ts.Check(os.MkdirAll(to, 0o777))
		ts.Check(os.WriteFile(filepath.Join(to, "d\n\x1b[31mx.md"), nil, 0o600))
		to, data = filepath.Join(to, "e\n\x1b[31mf.md"), []byte("# 季报\n\n乙公司二号线的产量是382台。\n")
	case "escapes":
		data = bytes.ReplaceAll(from, []byte("ESC"), []byte{0x1b})
	default:
		ts.Fatalf("make %s: no such kind", kind)
	}
	ts.Check(os.MkdirAll(filepath.Dir(to), 0o777))
	ts.Check(os.WriteFile(to, data, 0o600))
}

func alter(data, statement string) error {
	db, err := sql.Open("sqlite", filepath.Join(data, store.File))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// makeAudit writes what serve would.
func makeAudit(data string) error {
	ctx := context.Background() // testscript has none
	s, err := state.Open(ctx, data, state.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.Local) }
	return s.Append(ctx,
		state.Entry{Kind: "answer", At: day(1), Event: "E1", User: "U1", Channel: "C1", Asked: "良率 <多少>？", Passages: []state.Exhibit{{Passage: "r1-1", Report: "r1"}}},
		state.Entry{Kind: "passages", At: day(2), Event: "E2", User: "U2", Channel: "C1", Passages: []state.Exhibit{{Passage: "r2-1", Report: "r2"}}},
		state.Entry{Kind: "digest", At: day(3), Event: "E3", Channel: "C1", Reports: []string{"r1"}})
}

// forge changes a state in spite of its triggers, which are there again after
// it.
func forge(data, statement string) error {
	db, err := sql.Open("sqlite", filepath.Join(data, state.File))
	if err != nil {
		return err
	}
	defer db.Close()
	triggers := map[string]string{}
	rows, err := db.Query(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		triggers[name] = text
	}
	if err := rows.Close(); err != nil {
		return err
	}
	var all []string
	for name := range triggers {
		all = append(all, "DROP TRIGGER "+name)
	}
	all = append(append(all, statement), slices.Collect(maps.Values(triggers))...)
	_, err = db.Exec(strings.Join(all, ";\n"))
	return err
}

// pdf is a PDF with these lines of Latin text, one a page.
func pdf(pages ...string) []byte {
	var out []pdftest.Page
	for _, text := range pages {
		out = append(out, pdftest.Page{Content: pdftest.Show(72, 700, 12, text)})
	}
	return pdftest.File(out...)
}
