package chart

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// paint writes a scene as PNG. At 72 dots an inch a point is a pixel.
func paint(w io.Writer, s scene) error {
	f, err := parsed()
	if err != nil {
		return err
	}
	img := vgimg.NewWith(vgimg.UseWH(Width, Height), vgimg.UseDPI(72))
	c := draw.New(img)
	for _, l := range s.grid {
		paintLine(c, l)
	}
	for _, f := range s.fills {
		paintFill(c, f)
	}
	for _, l := range s.lines {
		paintLine(c, l)
	}
	for _, m := range s.marks {
		paintMark(c, m)
	}
	pen := pen{f}
	for _, t := range s.texts {
		if t.backed {
			paintFill(c, fill{t.box, color.White})
		}
		c.SetColor(t.color)
		c.FillString(pen.face(t.size), spot(t.x0, t.y0+below*t.size), t.text)
	}
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(w); err != nil {
		return fmt.Errorf("write the chart: %w", err)
	}
	return nil
}

func paintFill(c draw.Canvas, f fill) {
	c.FillPolygon(f.color, []vg.Point{spot(f.x0, f.y0), spot(f.x1, f.y0), spot(f.x1, f.y1), spot(f.x0, f.y1)})
}

func paintLine(c draw.Canvas, l line) {
	style := draw.LineStyle{Color: l.color, Width: vg.Length(l.width)}
	if l.dashed {
		style.Dashes = []vg.Length{8, 6}
	}
	points := make([]vg.Point, len(l.points))
	for i, p := range l.points {
		points[i] = spot(p.x, p.y)
	}
	c.StrokeLines(style, points)
}

func spot(x, y float64) vg.Point { return vg.Point{X: vg.Length(x), Y: vg.Length(y)} }

// outlines are the marks of the houses around their middle, clockwise, in
// radii; nil is a circle. The shape tells houses apart where colours do not.
var outlines = [mostHouses][]point{
	nil,
	{{-0.85, -0.85}, {-0.85, 0.85}, {0.85, 0.85}, {0.85, -0.85}},
	{{-1, -0.8}, {0, 1}, {1, -0.8}},
	{{-1.1, 0}, {0, 1.1}, {1.1, 0}, {0, -1.1}},
	{{-1, 0.8}, {1, 0.8}, {0, -1}},
	{{-1, -0.35}, {-1, 0.35}, {-0.35, 0.35}, {-0.35, 1}, {0.35, 1}, {0.35, 0.35}, {1, 0.35}, {1, -0.35}, {0.35, -0.35}, {0.35, -1}, {-0.35, -1}, {-0.35, -0.35}},
	{{-1, 0}, {-0.5, 0.9}, {0.5, 0.9}, {1, 0}, {0.5, -0.9}, {-0.5, -0.9}},
	{{-1.1, -0.5}, {-1.1, 0.5}, {1.1, 0.5}, {1.1, -0.5}},
}

// paintMark has a white rim, so that marks stand out from lines and each other.
func paintMark(c draw.Canvas, m mark) {
	for _, ring := range []struct {
		r     float64
		color color.Color
	}{{radius + 1.8, color.White}, {radius, m.color}} {
		c.SetColor(ring.color)
		c.Fill(outline(m, ring.r))
	}
}

// outline is the shape of a mark of some radius.
func outline(m mark, r float64) vg.Path {
	var p vg.Path
	all := outlines[m.shape%mostHouses]
	if all == nil {
		p.Move(spot(m.x+r, m.y))
		p.Arc(spot(m.x, m.y), vg.Length(r), 0, 2*math.Pi)
		p.Close()
		return p
	}
	for i, o := range all {
		at := spot(m.x+o.x*r, m.y+o.y*r)
		if i == 0 {
			p.Move(at)
			continue
		}
		p.Line(at)
	}
	p.Close()
	return p
}
