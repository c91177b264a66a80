package chart

import (
	_ "embed"
	"fmt"
	"image/color"
	"strings"
	"sync"

	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
)

//go:embed font/NotoSansCJKsc-subset.otf
var noto []byte

// parsed is the font, which many goroutines may read.
var parsed = sync.OnceValues(func() (*opentype.Font, error) {
	f, err := opentype.Parse(noto)
	if err != nil {
		return nil, fmt.Errorf("read the font of the charts: %w", err)
	}
	return f, nil
})

// The sizes of texts, in pixels.
const (
	large  = 30.0 // the title
	normal = 21.0
	small  = 18.0
)

// Where a line of text stands around its baseline, as shares of its size: Noto's
// Han characters reach from -0.12 to 0.88.
const (
	above = 0.90
	below = 0.18
)

// pen measures texts and makes labels of them.
type pen struct{ font *opentype.Font }

func (p pen) face(size float64) font.Face {
	return font.Face{Font: font.Font{Size: font.Length(size)}, Face: p.font}
}

func (p pen) width(s string, size float64) float64 {
	f := p.face(size)
	return float64(f.Width(s))
}

// The ways a text stands at a point: it begins there, is centered, ends there.
const (
	begin  = 0.0
	center = 0.5
	end    = 1.0
)

// at is a label around the point x, y: align says which share of its width
// lies left of x; its middle is at y.
func (p pen) at(s string, size, x, y, align float64, c color.Color) label {
	w, h := p.width(s, size), size*(above+below)
	x0 := x - align*w
	return label{box{x0, y - h/2, x0 + w, y + h/2}, s, size, c, false}
}

// fit cuts a text to a width, with … where something is missing.
func (p pen) fit(s string, size, most float64) string {
	if p.width(s, size) <= most {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && p.width(string(r)+"…", size) > most {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}
