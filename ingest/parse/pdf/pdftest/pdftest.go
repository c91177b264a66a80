// Package pdftest writes small PDFs for tests.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"crypto/rc4"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// Page is one page of a file to be written.
type Page struct {
	Content string // operators
	Entries string // more entries of the page's dictionary
	Missing bool   // the page tree names it and the file does not have it
}

// Show returns operators that print s, in parentheses' absence, in Helvetica.
func Show(x, y, size int, s string) string {
	return fmt.Sprintf("BT /F1 %d Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n", size, x, y, s)
}

// One returns a file of one page with these operators.
func One(content string) []byte { return File(Page{Content: content}) }

// File returns a file of these pages, on sheets of 612 by 792 points.
func File(pages ...Page) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
	kids := ""
	for _, p := range pages {
		n := len(objects) + 1
		kids += fmt.Sprintf("%d 0 R ", n)
		if p.Missing {
			objects = append(objects, "null", "null")
			continue
		}
		objects = append(objects,
			fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R%s>>", n+1, p.Entries),
			Stream("", p.Content))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids)
	return Objects(objects...)
}

// Stream returns a stream object; entries go into its dictionary beside the length.
func Stream(entries, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", entries, len(data), data)
}

// Objects writes a file whose first object is the catalog.
func Objects(objects ...string) []byte { return ObjectsWith("", objects...) }

// ObjectsWith is Objects with more entries in the trailer.
func ObjectsWith(trailer string, objects ...string) []byte {
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

// Bomb is a small file with a page whose content is 64 MB of operators. It is
// made once, as packing it takes seconds under -race.
var Bomb = sync.OnceValue(func() []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	op := []byte(strings.Repeat("0 0 m 1 1 l S\n", 1000))
	for n := 0; n < 64<<20; n += len(op) {
		_, _ = z.Write(op) // a bytes.Buffer does not fail
	}
	_ = z.Close()
	return Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
		Stream("/Filter/FlateDecode", packed.String()))
})

// SharedText is a file of many pages that Show the same text.
func SharedText(pages int, text string) []byte {
	return Objects("<</Type/Catalog/Pages 2 0 R>>",
		fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", pages, strings.Repeat("4 0 R ", pages)),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
		Stream("", Show(72, 700, 12, text)))
}

// Encrypted is locked with a user password nobody tries: 40 bit RC4,
// algorithms 2, 3 and 4 of PDF 1.7, 7.6.3.
func Encrypted() []byte {
	const pad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"
	password := ("secret" + pad)[:32]
	crypt := func(key []byte, s string) string {
		c, err := rc4.NewCipher(key)
		if err != nil {
			panic("unreachable: the key has five bytes")
		}
		out := make([]byte, len(s))
		c.XORKeyStream(out, []byte(s))
		return string(out)
	}
	sum := md5.Sum([]byte(password))
	owner := crypt(sum[:5], password)
	sum = md5.Sum([]byte(password + owner + "\xfc\xff\xff\xff" + "0123456789abcdef"))
	user := crypt(sum[:5], pad)
	return ObjectsWith(
		fmt.Sprintf("/ID[(0123456789abcdef)(0123456789abcdef)]/Encrypt<</Filter/Standard/V 1/R 2/O<%x>/U<%x>/P -4>>", owner, user),
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>")
}

// Noise is n random bytes, the same on every run.
func Noise(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b) // does not fail
	return b
}

// Flated is data as /Filter/FlateDecode packs it.
func Flated(data string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(data)) // a bytes.Buffer does not fail
	_ = z.Close()
	return b.String()
}
