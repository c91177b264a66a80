package parse

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHTMLUnseen(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		hidden   string
	}{
		{"white in a coloured cell", `<div bgcolor="#123456"><font style="color:#fff">文</font></div>`, []string{"文"}, ""},
		{"white beside a coloured cell", `<div bgcolor="#123456">文</div><p style="color:#fff">指令</p>`, []string{"文"}, "指令"},
		{"kept from readers aloud", `<p>文<span aria-hidden="true">指令</span></p>`, []string{"文"}, "指令"},
		{"read aloud", `<p>文<span aria-hidden="false">字</span></p>`, []string{"文字"}, ""},
		{"shown inside what is hidden", `<div hidden><p aria-hidden="false">指令</p></div><p>文</p>`, []string{"文"}, "指令"},
	} {
		ps, err := htmlParagraphs("<html><body>" + tt.in + "</body></html>")
		if err != nil {
			t.Fatal(err)
		}
		seen, hidden := told(ps)
		if diff := cmp.Diff(seen, tt.want); diff != "" || hidden != tt.hidden {
			t.Errorf("%s: hidden %q, want %q; seen (-got +want):\n%s", tt.name, hidden, tt.hidden, diff)
		}
	}
}

// Names of template fields are on every page and are not for readers, whatever
// their colour.
func TestPDFTemplateFields(t *testing.T) {
	pages, err := withEngine(t).pages(t.Context(), onePage("0 g "+show(72, 700, 12, "[Table_Title]")+show(72, 600, 12, "words")), Limits{})
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
