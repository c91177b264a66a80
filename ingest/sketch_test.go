package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// A sketch is the smallest of all hashes, however the text is cut in blocks.
func TestSketch(t *testing.T) {
	var long strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&long, "第%d家公司，收入%d。", i, i*i)
	}
	for _, s := range []string{"", "，。", "研报", "一二三四五六七八", "一二三四五六七八九", strings.Repeat("甲乙", 500), long.String()} {
		var letters []rune
		for _, c := range text.Fold(s) {
			if !strings.ContainsRune("，。,.", c) {
				letters = append(letters, c)
			}
		}
		var want []uint64
		for i := range max(1, len(letters)-shingle+1) {
			if run := letters[i:min(i+shingle, len(letters))]; len(run) > 0 {
				want = append(want, hash(run))
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		want = want[:min(len(want), sketchSize)]
		cut := len(string([]rune(s)[:len([]rune(s))/3]))
		r := &report.Report{Sections: []report.Section{{Blocks: []report.Block{{Text: s[:cut]}, {Text: s[cut:]}}}}}
		if diff := cmp.Diff(sketch(r), want); diff != "" {
			t.Errorf("sketch(%.30q) (-got +want):\n%s", s, diff)
		}
	}
}
