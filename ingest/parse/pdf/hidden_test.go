package pdf

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"reportbot/ingest/parse/pdf/pdftest"

	"github.com/google/go-cmp/cmp"
)

// What a reader of the page cannot see is kept apart, and what he can is not:
// white print on a dark ground, and the text behind the picture of a scan.
func TestPDFHidden(t *testing.T) {
	e := withEngine(t)
	say := func(before, s string) string { return before + pdftest.Show(72, 700, 12, s) }
	dark := "0.1 0.2 0.5 rg 60 690 300 30 re f\n"
	tests := []struct {
		name, content string
		hidden        bool
	}{
		{"black", say("0 g ", "words"), false},
		{"grey", say("0.6 g ", "words"), false},
		{"white", say("1 g ", "words"), true},
		{"nearly white", say("0.97 0.98 0.97 rg ", "words"), true},
		{"white on dark", say(dark+"1 g ", "words"), false},
		{"white beside dark", say(strings.ReplaceAll(dark, "690", "600")+"1 g ", "words"), true},
		{"white on white on dark", say(dark+"1 g 60 690 300 30 re f 1 g ", "words"), true},
		{"white on a form of another colour", say("q 1 0 0 1 0 0 cm "+dark+"Q 1 g ", "words"), false},
		{"white on a dark picture on white", "1 g 0 0 612 792 re f q 300 0 0 30 60 690 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 20> EI Q\n" + say("1 g ", "words"), false},
		{"transparent", say("/G1 gs 0 g ", "words"), true},
		{"invisible", say("0 g 3 Tr ", "words"), true},
		{"drawn as an outline", say("0 g 1 Tr ", "words"), false},
		{"invisible over a picture", "q 300 0 0 30 60 690 cm BI /W 40 /H 1 /CS /G /BPC 8 /F /AHx ID " + strings.Repeat("00ff", 20) + "> EI Q\n" + say("3 Tr ", "words"), false},
		{"tiny", "BT /F1 0.1 Tf 1 0 0 1 72 700 Tm (words) Tj ET\n", true},
		{"small", pdftest.Show(72, 700, 5, "words"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := pdftest.Page{Content: tt.content}
			data := strings.Replace(string(pdftest.File(page)), "<</Font<</F1 3 0 R>>>>", "<</Font<</F1 3 0 R>>/ExtGState<</G1<</ca 0>>>>>>", 1)
			pages, err := e.Pages(t.Context(), []byte(data), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			want := "words"
			if tt.hidden {
				want = "(hidden) words"
			}
			if diff := cmp.Diff(texts(pages[0]), []string{want}); diff != "" {
				t.Errorf("lines (-got +want):\n%s", diff)
			}
		})
	}
}

// A stamp is an annotation; what it says can be seen like the page's own text.
func TestPDFStamp(t *testing.T) {
	e := withEngine(t)
	form := pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 3 0 R>>>>", "BT /F1 12 Tf 1 0 0 1 2 4 Tm (stamped) Tj ET")
	data := pdftest.Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[4 0 R]>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R/Annots[6 0 R 8 0 R]>>",
		pdftest.Stream("", pdftest.Show(72, 700, 12, "printed")),
		"<</Type/Annot/Subtype/Watermark/F 4/Rect[72 740 272 760]/AP<</N 7 0 R>>>>", form,
		"<</Type/Annot/Subtype/Link/Rect[72 700 100 712]/Border[0 0 0]>>")
	pages, err := e.Pages(t.Context(), data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(texts(pages[0])); !strings.Contains(got, "printed") || !strings.Contains(got, "stamped") {
		t.Errorf("lines = %s, want both", got)
	}
}

// A line is not hidden for a word that is, nor a word seen for its line.
func TestPDFHiddenWord(t *testing.T) {
	content := pdftest.Show(72, 700, 12, "revenue") + "BT /F1 12 Tf 3 Tr 1 0 0 1 130 700 Tm (secret) Tj ET\n" +
		"BT /F1 12 Tf 0 Tr 1 0 0 1 190 700 Tm (rose) Tj ET\n"
	pages, err := withEngine(t).Pages(t.Context(), pdftest.File(pdftest.Page{Content: content}), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(texts(pages[0]), "|")
	if !strings.Contains(got, "(hidden) secret") || strings.Contains(strings.ReplaceAll(got, "(hidden) secret", ""), "secret") || !strings.Contains(got, "revenue") || !strings.Contains(got, "rose") {
		t.Errorf("lines %q, want secret hidden and the others not", got)
	}
}

// Names of template fields are on every page and are not for readers, whatever
// their colour.
func TestPDFTemplateFields(t *testing.T) {
	pages, err := withEngine(t).Pages(t.Context(), pdftest.One("0 g "+pdftest.Show(72, 700, 12, "[Table_Title]")+pdftest.Show(72, 600, 12, "words")), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(texts(pages[0]), []string{"(hidden) [Table_Title]", "words"}); diff != "" {
		t.Errorf("lines (-got +want):\n%s", diff)
	}
}

// Pale print on a dark ground can be seen without a look at the drawn page,
// unless something light lies between; other print is looked for.
func TestShows(t *testing.T) {
	white := image.NewRGBA(image.Rect(0, 0, 300, 300))
	draw.Draw(white, white.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	at := box{x0: 100, x1: 150, y0: 100, y1: 110}
	around := box{x0: 50, x1: 250, y0: 50, y1: 250}
	beside := box{x0: 160, x1: 250, y0: 50, y1: 250}
	for _, tt := range []struct {
		name    string
		pale    bool
		grounds []ground
		want    bool
	}{
		{"pale on dark", true, []ground{{around, true}}, true},
		{"pale on light on dark", true, []ground{{around, true}, {around, false}}, false},
		{"pale on dark on light", true, []ground{{around, false}, {around, true}}, true},
		{"pale beside dark", true, []ground{{beside, true}}, false},
		{"pale on dark, light beside", true, []ground{{around, true}, {beside, false}}, true},
		{"pale on nothing", true, nil, false},
		{"not pale", false, []ground{{around, true}}, false},
	} {
		s := sight{asked: true, painted: tt.grounds, tried: true, drawn: white, scale: 1}
		got, err := s.shows(at, tt.pale)
		if err != nil || got != tt.want {
			t.Errorf("%s: shows = %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}
