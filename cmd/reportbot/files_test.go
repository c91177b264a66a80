package main

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"

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
		copy(data[len(data)/3:], noise(len(data)/3))
	case "noise":
		data = noise(4000)
	case "zip":
		data = append([]byte("PK\x03\x04"), noise(500)...)
	case "pdf":
		data = pdf(args[2:]...)
	case "encrypted":
		data = encryptedPDF()
	case "newer":
		ts.Check(makeNewer(to))
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

func makeNewer(data string) error {
	db, err := sql.Open("sqlite", filepath.Join(data, store.File))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec("PRAGMA user_version = 1000")
	return err
}

// noise is the same on every run.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // does not fail
	return b
}

// pdf writes the smallest PDF with these lines of Latin text, one a page.
func pdf(pages ...string) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
	kids := ""
	for _, text := range pages {
		content := fmt.Sprintf("BT /F1 12 Tf 72 700 Td (%s) Tj ET", text)
		n := len(objects) + 1
		kids += fmt.Sprintf("%d 0 R ", n)
		objects = append(objects,
			fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", n+1),
			fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(content), content))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids)
	return pdfObjects("", objects...)
}

// pdfObjects writes a file whose first object is the catalog.
func pdfObjects(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	xref := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		xref += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", xref, len(objects)+1, trailer, start)
	return b.Bytes()
}

// encryptedPDF is locked with a user password nobody tries: 40 bit RC4,
// algorithms 2, 3 and 4 of PDF 1.7, 7.6.3.
func encryptedPDF() []byte {
	const pad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"
	const id = "0123456789abcdef"
	password := ("secret" + pad)[:32]
	crypt := func(key [md5.Size]byte, s string) string {
		c, err := rc4.NewCipher(key[:5])
		if err != nil {
			panic("unreachable: the key has five bytes")
		}
		out := make([]byte, len(s))
		c.XORKeyStream(out, []byte(s))
		return string(out)
	}
	owner := crypt(md5.Sum([]byte(password)), password)
	user := crypt(md5.Sum([]byte(password+owner+"\xfc\xff\xff\xff"+id)), pad)
	return pdfObjects(fmt.Sprintf("/ID[(%s)(%s)]/Encrypt<</Filter/Standard/V 1/R 2/O<%x>/U<%x>/P -4>>", id, id, owner, user),
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>")
}
