package parse

import (
	"errors"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const sampleText = "星河智能目标价38.60元"

func utf16Bytes(s string, little bool) []byte {
	units := append([]uint16{0xFEFF}, utf16.Encode([]rune(s))...)
	var out []byte
	for _, u := range units {
		if little {
			out = append(out, byte(u), byte(u>>8))
		} else {
			out = append(out, byte(u>>8), byte(u))
		}
	}
	return out
}

func TestDecode(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(sampleText))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"UTF-8", []byte(sampleText), sampleText},
		{"UTF-8 with mark", append([]byte("\xEF\xBB\xBF"), sampleText...), sampleText},
		{"UTF-16 little", utf16Bytes(sampleText, true), sampleText},
		{"UTF-16 big", utf16Bytes(sampleText, false), sampleText},
		{"UTF-16 pairs", utf16Bytes("𠮷野", true), "𠮷野"},
		{"UTF-16 odd length", append(utf16Bytes("元", true), 'x'), "元"},
		{"GB18030", gb, sampleText},
		{"line ends", []byte("a\r\nb\rc\u2028d"), "a\nb\nc\nd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := decode(tt.in); err != nil || got != tt.want {
				t.Errorf("decode(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
			}
		})
	}
	for name, data := range map[string]string{"zero bytes": "abc\x00def", "neither": "\xff\x80\x81\xff abc"} {
		if got, err := decode([]byte(data)); err == nil {
			t.Errorf("%s: decode(%q) = %q, want an error", name, data, got)
		}
	}
}

func TestReadTextRefuses(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"empty", "", errEmpty},
		{"blank", " \n\t", errEmpty},
		{"docx", "PK\x03\x04rest", errDocx},
		{"old Word", "\xD0\xCF\x11\xE0rest", errNotKnown},
		{"PNG", "\x89PNG\r\n", errNotKnown},
		{"JPEG", "\xFF\xD8\xFFrest", errNotKnown},
		{"binary", "text\x00\x01", errNotKnown},
		{"only rules", "---\n***\n", errNoText},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := readText("x.txt", []byte(tt.in)); !errors.Is(err, tt.want) {
				t.Errorf("readText(%q) = %v, want %v", tt.in, err, tt.want)
			}
		})
	}
}
