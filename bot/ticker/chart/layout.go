package chart

import (
	"image/color"
	"strconv"
	"strings"
	"time"
)

// The colours of text and lines that belong to no house.
var (
	ink  = color.RGBA{0x1f, 0x29, 0x33, 0xff}
	grey = color.RGBA{0x5f, 0x6b, 0x76, 0xff}
	rule = color.RGBA{0xe3, 0xe7, 0xeb, 0xff}
)

// houseColors are those of Okabe and Ito, which the colour-blind tell apart,
// with wine in the place of their yellow, which cannot be read on white.
var houseColors = [mostHouses]color.RGBA{
	{0x00, 0x72, 0xb2, 0xff}, {0xd5, 0x5e, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff}, {0x88, 0x22, 0x55, 0xff},
	{0x3a, 0xa0, 0xd8, 0xff}, {0xc7, 0x87, 0x00, 0xff}, {0xb8, 0x5f, 0x92, 0xff}, {0x44, 0x44, 0x44, 0xff},
}

// The margins of a picture.
const (
	edge    = 26.0
	topRoom = 104.0 // title and what the axis counts
	lowRoom = 74.0  // dates and the note
	mostRow = 64.0  // height of a strip
)

// drawing is a scene in the making.
type drawing struct {
	scene
	pen
	Timeline
	days
	left, right float64
	strips      box // where the ratings are
	panel       box // where the prices are; empty without prices
	row         float64
}

// layout places all there is of a timeline.
func layout(t Timeline) (scene, error) {
	f, err := parsed()
	if err != nil {
		return scene{}, err
	}
	t, more, err := readied(t)
	if err != nil {
		return scene{}, err
	}
	d := &drawing{pen: pen{f}, Timeline: t}
	low, high := d.targets()
	d.divide(high > 0)
	axis := newPrices(low, high, d.panel.y0, d.panel.y1)
	d.head(axis)
	d.dates()
	if high > 0 {
		d.prices(axis)
	}
	for i := range d.Houses {
		d.strip(i)
	}
	d.foot(more)
	return d.scene, nil
}

// targets are the lowest and the highest one, 0 without any.
func (d *drawing) targets() (low, high float64) {
	for _, h := range d.Houses {
		for _, p := range h.Points {
			if !drawable(p.Target) {
				continue
			}
			if low == 0 || p.Target < low {
				low = p.Target
			}
			high = max(high, p.Target)
		}
	}
	return low, high
}

// divide gives the panels their places.
func (d *drawing) divide(prices bool) {
	const mostName = 230
	names := d.width("00,000", small)
	first := d.Now
	for i, h := range d.Houses {
		d.Houses[i].Name = d.fit(h.Name, normal, mostName)
		names = max(names, d.width(d.Houses[i].Name, normal))
		if h.Points[0].Date.Before(first) {
			first = h.Points[0].Date
		}
	}
	d.left, d.right = edge+2*radius+12+names+14, Width-edge
	d.days = newDays(first, d.Now, d.left, d.right)
	room := Height - topRoom - lowRoom
	n := float64(len(d.Houses))
	if !prices {
		d.row = min(mostRow, room/n)
		d.strips = box{d.left, Height - topRoom - n*d.row, d.right, Height - topRoom}
		return
	}
	d.row = max(27, min(36, 0.35*room/n))
	d.strips = box{d.left, lowRoom, d.right, lowRoom + n*d.row}
	d.panel = box{d.left, d.strips.y1 + 16, d.right, Height - topRoom}
}

// head is the title, and what the axis counts with the key of the strips.
func (d *drawing) head(axis prices) {
	priced := axis.y1 > axis.y0
	what := say(d.Lang, "评级", "ratings")
	if priced {
		what = say(d.Lang, "目标价与评级", "target prices and ratings")
	}
	if d.Title != "" && !strings.HasSuffix(d.Title, "）") { // which has its space inside
		what = " " + what
	}
	title := d.fit(d.Title, large, Width-2*edge-d.width(what, large)) + what
	d.texts = append(d.texts, d.at(title, large, edge, Height-edge-large/2, begin, ink))
	y := Height - topRoom + 26
	if priced {
		counts := say(d.Lang, "目标价", "Target price")
		if d.Currency != "" {
			counts += say(d.Lang, "（"+d.Currency+"）", " ("+d.Currency+")")
		}
		if axis.log {
			counts += say(d.Lang, "，对数刻度", ", log scale")
		}
		d.texts = append(d.texts, d.at(d.fit(counts, small, 500), small, edge, y, begin, grey))
	}
	shown := map[Stance]bool{}
	for _, h := range d.Houses {
		for _, p := range h.Points {
			if p.Rating != "" {
				shown[p.Stance] = true
			}
		}
	}
	x := d.right
	for _, s := range []Stance{Unclear, Negative, Neutral, Positive} {
		if !shown[s] {
			continue
		}
		l := d.at(s.name(d.Lang), small, x, y, end, grey)
		d.texts = append(d.texts, l)
		d.fills = append(d.fills, fill{box{l.x0 - 26, y - 9, l.x0 - 6, y + 9}, s.tint()})
		x = l.x0 - 46
	}
}

// dates are the lines of the x axis through both panels.
func (d *drawing) dates() {
	top := max(d.strips.y1, d.panel.y1)
	var last label
	for _, t := range d.days.ticks() {
		l := d.at(t.text, small, d.x(t.at), d.strips.y0-small, center, grey)
		d.grid = append(d.grid, line{[]point{{d.x(t.at), d.strips.y0 - 5}, {d.x(t.at), top}}, rule, 1, false})
		if l.x0 < edge || l.x1 > Width-edge/2 || l.x0 < last.x1+12 {
			continue
		}
		d.texts = append(d.texts, l)
		last = l
	}
}

// strip is a house's row: its mark and name, then its ratings, each until the
// next, the last while it holds.
func (d *drawing) strip(i int) {
	h := d.Houses[i]
	mid := d.strips.y1 - (float64(i)+0.5)*d.row
	c := houseColors[i]
	d.marks = append(d.marks, mark{point{edge + radius, mid}, i, c})
	d.texts = append(d.texts, d.at(h.Name, normal, edge+2*radius+12, mid, begin, ink))
	half := min(d.row/2-2, 18)
	rated := h.rated()
	for k := 0; k < len(rated); { // a rating once, however often it is confirmed
		p, until, room := rated[k], d.x(d.holds(h.last().Date)), d.right
		for k++; k < len(rated) && rated[k].Rating == p.Rating; k++ {
		}
		if k < len(rated) {
			until = d.x(rated[k].Date)
			room = until
		}
		x := d.x(p.Date)
		d.fills = append(d.fills, fill{box{x, mid - half, max(until, x+4), mid + half}, p.Stance.tint()})
		if l := d.at(p.Rating, small, x+8, mid, begin, ink); l.x1+3 <= room {
			d.texts = append(d.texts, l)
		}
	}
	for k, p := range h.Points { // each report; one that changes nothing has a low line
		top := mid + half
		if k > 0 && p.Rating == h.Points[k-1].Rating {
			top = mid - half/2
		}
		d.lines = append(d.lines, line{[]point{{d.x(p.Date), mid - half}, {d.x(p.Date), top}}, c, 2.5, false})
	}
}

// rated are the points with a rating.
func (h House) rated() []Point {
	var out []Point
	for _, p := range h.Points {
		if p.Rating != "" {
			out = append(out, p)
		}
	}
	return out
}

// holds is until when something said on a day is shown.
func (d *drawing) holds(t time.Time) time.Time {
	if until := t.Add(fresh); until.Before(d.Now) {
		return until
	}
	return d.Now
}

// foot notes what the picture leaves out and how far it goes.
func (d *drawing) foot(more int) {
	note := say(d.Lang, "截至 ", "As of ") + d.Now.Format(time.DateOnly)
	note += say(d.Lang, " · 虚线与色带在最后一份研报后 180 天止", " · dashes and strips end 180 days after a house's last report")
	if more > 0 {
		n := strconv.Itoa(more)
		note += say(d.Lang, " · 另有 "+n+" 家机构未画出", " · "+n+" more not shown")
	}
	d.texts = append(d.texts, d.at(d.fit(note, small, Width-2*edge), small, edge, edge, begin, grey))
}
