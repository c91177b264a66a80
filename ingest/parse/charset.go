package parse

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

var errNotText = errors.New("is not a text file")

// decode turns the bytes of a text file into UTF-8. UTF-8 and UTF-16 with a
// mark are told by validity and mark; everything else is tried as GB18030,
// which contains GBK and GB2312. Bytes that are none of them are refused.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		data = data[3:]
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return decode16(data), nil
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", errNotText
	}
	if utf8.Valid(data) {
		return newlines(string(data)), nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bad(string(out)) {
		return "", errors.New("is text in an unknown encoding (not UTF-8, UTF-16 or GB18030)")
	}
	return newlines(string(out)), nil
}

func decode16(data []byte) string {
	little := data[0] == 0xFF
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		if little {
			units = append(units, uint16(data[i])|uint16(data[i+1])<<8)
		} else {
			units = append(units, uint16(data[i+1])|uint16(data[i])<<8)
		}
	}
	return newlines(string(utf16.Decode(units)))
}

// bad reports whether decoding left so many replacement or control
// characters that the guess must have been wrong.
func bad(s string) bool {
	wrong, all := 0, 0
	for _, r := range s {
		all++
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			wrong++
		}
	}
	return wrong*100 > all
}

func newlines(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
}
