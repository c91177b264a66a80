package chart

import (
	"bytes"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var pictures = flag.String("pictures", "", "a folder to write the samples to, to look at them")

func drawn(t *testing.T, s Timeline) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := Draw(&b, s); err != nil {
		t.Fatal(err)
	}
	if *pictures != "" {
		name := strings.ReplaceAll(t.Name(), "/", "_") + ".png"
		if err := os.WriteFile(filepath.Join(*pictures, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// colors counts the pixels of each colour.
func colors(img image.Image) map[color.RGBA]int {
	out := map[color.RGBA]int{}
	pix := img.(*image.RGBA).Pix // what a PNG without transparency decodes to
	for i := 0; i < len(pix); i += 4 {
		out[color.RGBA{pix[i], pix[i+1], pix[i+2], pix[i+3]}]++
	}
	return out
}

func TestDrawShowsEveryHouseItsRatingsAndTheTexts(t *testing.T) {
	for name, s := range samples() {
		t.Run(name, func(t *testing.T) {
			img := drawn(t, s)
			if got := img.Bounds().Size(); got != (image.Point{Width, Height}) {
				t.Errorf("size %v, want %v by %v", got, Width, Height)
			}
			seen := colors(img)
			for i := range min(len(s.Houses), mostHouses) {
				if seen[houseColors[i]] < 60 { // a mark of the legend alone has more
					t.Errorf("house %d of %d: %d pixels of its colour", i, len(s.Houses), seen[houseColors[i]])
				}
			}
			for _, h := range s.Houses[:min(len(s.Houses), mostHouses)] {
				for _, p := range h.Points {
					if p.Rating != "" && seen[p.Stance.tint().(color.RGBA)] < 100 {
						t.Errorf("no strip for %s %s", h.Name, p.Rating)
					}
				}
			}
			if seen[ink] < 300 {
				t.Errorf("%d pixels of letters", seen[ink])
			}
		})
	}
}

func TestNoTextLiesOnAnotherOrOutside(t *testing.T) {
	whole := box{0, 0, Width, Height}
	for name, s := range samples() {
		t.Run(name, func(t *testing.T) {
			sc, err := layout(s)
			if err != nil {
				t.Fatal(err)
			}
			for i, a := range sc.texts {
				if !a.in(whole) {
					t.Errorf("%q is outside: %v", a.text, a.box)
				}
				for _, b := range sc.texts[:i] {
					if a.overlaps(b.box) {
						t.Errorf("%q and %q overlap: %v %v", a.text, b.text, a.box, b.box)
					}
				}
				for _, m := range sc.marks {
					if a.overlaps(m.box()) {
						t.Errorf("%q lies on a mark at %v", a.text, m.point)
					}
				}
			}
			for i, a := range sc.marks {
				for _, b := range sc.marks[:i] {
					if a.point == b.point {
						t.Errorf("two marks at %v", a.point)
					}
				}
			}
		})
	}
}

// has counts the texts of a scene that contain s.
func (s scene) has(text string) int {
	n := 0
	for _, l := range s.texts {
		if strings.Contains(l.text, text) {
			n++
		}
	}
	return n
}

func TestLayoutSays(t *testing.T) {
	for _, c := range []struct {
		sample, text string
		want         int
	}{
		{"six_houses", "星河智能 002230.SZ 目标价与评级", 1},
		{"six_houses", "目标价（元）", 1},
		{"six_houses", "47.25", 1},
		{"six_houses", "中信证券", 1},
		{"six_houses", "买入", 3}, // once a house, not once a report
		{"six_houses", "Neutral", 1},
		{"six_houses", "未画出", 0},
		{"six_houses", "对数", 0},
		{"eleven_houses", "另有 3 家机构未画出", 1},
		{"no_targets", "目标价", 0},
		{"no_targets", "星河智能 002230.SZ 评级", 1},
		{"tenfold", "对数刻度", 1},
		{"english", "target prices and ratings", 1},
		{"english", "Target price (USD)", 1},
		{"same_values", "35", 4}, // two on the line, two on the axis: 35 and 35.5
		{"traditional", "滙豐環球研究", 1},
		{"traditional", "1,080", 1},
	} {
		s, err := layout(samples()[c.sample])
		if err != nil {
			t.Fatal(err)
		}
		if got := s.has(c.text); got != c.want {
			t.Errorf("%s: %q stands there %d times, want %d", c.sample, c.text, got, c.want)
		}
	}
}

func TestTheLatestTargetOfEveryHouseIsWritten(t *testing.T) {
	for name, s := range samples() {
		sc, err := layout(s)
		if err != nil {
			t.Fatal(err)
		}
		ready, _, err := readied(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range ready.Houses {
			if all := targeted(h); len(all) > 0 && sc.has(amount(all[len(all)-1].Target)) == 0 {
				t.Errorf("%s: %v of %s is not written", name, all[len(all)-1].Target, h.Name)
			}
		}
	}
}

func TestNothingToDrawIsAnError(t *testing.T) {
	for name, s := range map[string]Timeline{
		"no house":   {Title: "星河智能"},
		"no point":   {Houses: []House{{Name: "兴业证券"}}},
		"no date":    {Houses: []House{{Name: "兴业证券", Points: []Point{{Target: 12, Rating: "买入"}}}}},
		"misread":    {Houses: []House{{Name: "兴业证券", Points: []Point{{Date: date("1026-01-01"), Target: 12}}}}},
		"says none":  {Houses: []House{{Name: "兴业证券", Points: []Point{{Date: now}}}}},
		"no numbers": {Houses: []House{{Name: "兴业证券", Points: []Point{{Date: now, Target: math.NaN()}, {Date: now, Target: math.Inf(1)}, {Date: now, Target: -3}, {Date: now, Target: 1e300}, {Date: now, Target: 1e-300}}}}},
	} {
		var b bytes.Buffer
		if err := Draw(&b, s); !errors.Is(err, ErrEmpty) || b.Len() > 0 {
			t.Errorf("%s: got %v and %d bytes, want ErrEmpty and none", name, err, b.Len())
		}
	}
}

func TestOddTimelinesAreDrawn(t *testing.T) {
	long := strings.Repeat("很长的名字 and longer ", 20)
	zh := func(points ...Point) Timeline {
		return Timeline{Title: long, Currency: long, Lang: "zh", Houses: []House{{Name: long, Points: points}}}
	}
	for name, s := range map[string]Timeline{
		"no now":            zh(Point{Date: now, Target: 12}),
		"a century":         zh(Point{Date: date("1975-01-01"), Target: 12}, Point{Date: date("2199-01-01"), Target: 13}),
		"tiny":              zh(Point{Date: now, Target: 0.001}),
		"huge":              zh(Point{Date: now, Target: 1e9}, Point{Date: now.Add(day), Target: 1e-3}),
		"one day":           zh(Point{Date: now, Target: 12, Rating: "买入"}, Point{Date: now, Target: 14, Rating: "增持"}),
		"backwards":         zh(Point{Date: now, Target: 12}, Point{Date: now.AddDate(-1, 0, 0), Target: 14}),
		"empty words":       {Houses: []House{{Points: []Point{{Date: now, Target: 1}}}}},
		"other writing":     {Title: "삼성전자 \u202e\x00🏦", Houses: []House{{Name: "한국\n", Points: []Point{{Date: now, Rating: "매수"}}}}},
		"ended long ago":    {Now: now.AddDate(20, 0, 0), Houses: []House{{Points: []Point{{Date: now, Target: 1, Rating: "买入"}}}}},
		"a thousand points": thousand(),
	} {
		t.Run(name, func(t *testing.T) { drawn(t, s) })
	}
}

func thousand() Timeline {
	s := Timeline{Lang: "zh", Houses: make([]House, 20)}
	for i := range 1000 {
		h := &s.Houses[i%20]
		h.Name = amount(float64(i % 20))
		h.Points = append(h.Points, Point{now.AddDate(0, 0, -i), 10 + float64(i*i%97), "买入", Positive})
	}
	return s
}

func TestTheSameTimelineGivesTheSameBytes(t *testing.T) {
	var first bytes.Buffer
	if err := Draw(&first, samples()["six_houses"]); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 { // at once, for the race detector
		all.Go(func() {
			var b bytes.Buffer
			if err := Draw(&b, samples()["six_houses"]); err != nil || !bytes.Equal(b.Bytes(), first.Bytes()) {
				t.Errorf("%v, %d bytes; want the %d bytes of the first", err, b.Len(), first.Len())
			}
		})
	}
	all.Wait()
}

func TestDrawChangesNothingOfItsInput(t *testing.T) {
	points := []Point{{Date: now, Target: 12}, {Date: now.AddDate(-1, 0, 0), Target: 14}}
	s := Timeline{Houses: []House{{Name: strings.Repeat("长", 90), Points: points}, {Name: "b", Points: []Point{{Date: now.Add(time.Hour), Target: 1}}}}}
	if err := Draw(io.Discard, s); err != nil {
		t.Fatal(err)
	}
	if points[0].Target != 12 || s.Houses[1].Name != "b" || len([]rune(s.Houses[0].Name)) != 90 {
		t.Errorf("input is now %v", s)
	}
}

func TestDrawTellsThatNothingCouldBeWritten(t *testing.T) {
	if err := Draw(broken{}, samples()["one_point"]); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want %v", err, io.ErrClosedPipe)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func BenchmarkDraw(b *testing.B) {
	s := samples()["six_houses"]
	for b.Loop() {
		if err := Draw(io.Discard, s); err != nil {
			b.Fatal(err)
		}
	}
}
