package parse

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"reportbot/ingest/report"
)

// seeds gives the text reports of the sample corpus and some hostile beginnings.
func seeds(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join(testdata, "reports", "*.[tm][xd]*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"---\n\n---\n", "<table><tr><td colspan=49>", "目录\n1......\n1 1", "\xff\xfea", "1、\n\t\n（一）", "[Table_", "评级：买入（", "# \n## \n", "S1234567890123S1234567890123"} {
		f.Add([]byte(s))
	}
}

// FuzzText: no bytes bring the reader down, and what it keeps is text that
// came in.
func FuzzText(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := readText("x.txt", data)
		if err != nil {
			return
		}
		if r.Parse.CharsKept > r.Parse.CharsIn {
			t.Errorf("kept %d of %d characters", r.Parse.CharsKept, r.Parse.CharsIn)
		}
		sum := r.Parse.CharsKept
		for _, n := range r.Parse.Dropped {
			sum += n
		}
		if sum != r.Parse.CharsIn {
			t.Errorf("kept and dropped %d of %d characters", sum, r.Parse.CharsIn)
		}
		for _, s := range r.Sections {
			if s.Level < 1 || !utf8.ValidString(s.Title) {
				t.Errorf("section %q of level %d", s.Title, s.Level)
			}
			for _, b := range s.Blocks {
				checkBlock(t, &b)
			}
		}
	})
}

func checkBlock(t *testing.T, b *report.Block) {
	if b.Text == "" || !utf8.ValidString(b.Text) {
		t.Errorf("%s block of text %q", b.Kind, b.Text)
	}
	for _, turn := range b.Turns {
		if turn.Offset < 0 || turn.Offset > len(b.Text) {
			t.Errorf("turn at %d of %d bytes", turn.Offset, len(b.Text))
		}
	}
}

// checkBoxes reports whether the boxes of a block of a PDF lie in its text, in
// order, and cover every character that leaves ink.
func checkBoxes(t *testing.T, b *report.Block) {
	t.Helper()
	at := 0
	for _, x := range append(b.Boxes, report.Box{Offset: len(b.Text), End: len(b.Text), Page: 1, X1: 1, Y1: 1}) {
		if x.Offset < at || x.End < x.Offset || x.End > len(b.Text) || x.Page < 1 || x.X1 < x.X0 || x.Y1 <= x.Y0 {
			t.Errorf("box %+v after byte %d of %q", x, at, b.Text)
			return
		}
		if n := printed(b.Text[at:x.Offset]); n > 0 {
			t.Errorf("%d characters before byte %d of %q have no box", n, x.Offset, b.Text)
			return
		}
		at = x.End
	}
}

// FuzzMetadata: whatever the front says, the values are of the form that the
// rest of the program relies on.
func FuzzMetadata(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decode(data)
		if err != nil {
			return
		}
		r := &report.Report{}
		describe(r, "x.txt", paragraphs(s))
		if r.Published != "" && isoDate(r.Published[:4], r.Published[5:7], r.Published[8:]) != r.Published {
			t.Errorf("published = %q", r.Published)
		}
		if r.TargetPrice < 0 || (r.Currency != "") && len(r.Currency) != 3 {
			t.Errorf("target price = %v %q", r.TargetPrice, r.Currency)
		}
		for _, a := range r.Analysts {
			if a.License == "" {
				t.Errorf("analyst %q without a licence", a.Name)
			}
		}
		for _, v := range []string{r.Title, r.Publisher, r.Rating, r.Industry} {
			if !utf8.ValidString(v) {
				t.Errorf("value %q is no text", v)
			}
		}
		for _, v := range r.Read {
			if !utf8.ValidString(v.Text) {
				t.Errorf("reading %q is no text", v.Text)
			}
		}
	})
}
