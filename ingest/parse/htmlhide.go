package parse

import (
	"regexp"
	"strconv"
	"strings"
)

// A text may be hidden by a style in many ways. Those are followed that hide it
// whatever stands around; how a page is laid out is not worked out, so a text
// may be hidden by one thing lying over another.

var (
	cssLength = regexp.MustCompile(`^([-+]?[0-9]*\.?[0-9]+)(px|pt|em|rem|ex|ch|%|vw|vh|cm|mm|in|pc)?$`)
	fontSize  = regexp.MustCompile(`(?:^|\s)([0-9]*\.?[0-9]+(?:px|pt|em|rem|%)?)(?:\s*/|\s)`)
	shrunk    = regexp.MustCompile(`scale(?:x|y|3d)?\(\s*(?:[^,)]*,\s*)?0*\.?0*[0-4]?\s*[,)]|translate(?:x|y|3d)?\(\s*-\d{3,}`)
	clipped   = regexp.MustCompile(`^rect\(\s*(?:[01](?:px)?[\s,]*){4}\)`)
	clipPath  = regexp.MustCompile(`^(?:inset\(\s*(?:[5-9]\d|100)%|(?:circle|ellipse)\(\s*0|polygon\(\s*0(?:px|%)?\s+0(?:px|%)?\s*\))`)
	colorArgs = regexp.MustCompile(`^(rgba?|hsla?)\(([^)]*)\)$`)
)

// conceals reports whether declarations hide a text by themselves, without a
// look at its ground.
func conceals(s string) bool {
	flat, cut := false, false // without height or width; what does not fit is cut off
	for declaration := range strings.SplitSeq(strings.ToLower(s), ";") {
		name, value, ok := strings.Cut(declaration, ":")
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		if !ok || value == "" {
			continue
		}
		switch name = strings.TrimSpace(name); name {
		case "display":
			ok = value == "none"
		case "visibility", "content-visibility":
			ok = value == "hidden" || value == "collapse"
		case "font-size":
			ok = tiny(value)
		case "font":
			m := fontSize.FindStringSubmatch(value)
			ok = m != nil && tiny(m[1])
		case "opacity":
			n, percent, is := measure(value)
			ok = is && (n < 0.1 || percent == "%" && n < 10)
		case "color", "-webkit-text-fill-color":
			_, alpha, is := colour(value)
			ok = is && alpha < 0.1
		case "left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top", "margin", "inset":
			ok = away(value)
		case "height", "width", "max-height", "max-width", "line-height":
			n, _, is := measure(value)
			flat, ok = flat || is && n <= 1 && n >= 0 && (n == 0 || strings.HasSuffix(value, "px")), false
		case "overflow", "overflow-x", "overflow-y":
			cut, ok = cut || value == "hidden" || value == "clip", false
		case "clip":
			ok = clipped.MatchString(value)
		case "clip-path", "-webkit-clip-path":
			ok = clipPath.MatchString(value)
		case "transform", "-webkit-transform":
			ok = shrunk.MatchString(value)
		default:
			ok = false
		}
		if ok {
			return true
		}
	}
	return flat && cut
}

// measure reads a number with its unit.
func measure(s string) (n float64, unit string, ok bool) {
	m := cssLength.FindStringSubmatch(s)
	if m == nil {
		return 0, "", false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	return n, m[2], err == nil
}

// tiny reports whether letters of that size are dots, as tinyEm says of a PDF's.
func tiny(size string) bool {
	n, unit, ok := measure(size)
	switch {
	case !ok:
		return false
	case unit == "%":
		return n < 12
	case unit == "em", unit == "rem", unit == "ex", unit == "ch":
		return n < 0.12
	case unit == "px":
		return n <= 2
	case unit == "pt":
		return n <= 1.5
	}
	return n == 0
}

// away reports whether a place is far outside of the page.
func away(place string) bool {
	for part := range strings.FieldsSeq(place) {
		n, unit, ok := measure(part)
		switch {
		case !ok:
		case unit == "px" || unit == "pt" || unit == "":
			ok = n <= -500
		case unit == "%" || unit == "vw" || unit == "vh":
			ok = n <= -100
		default:
			ok = n <= -40
		}
		if ok {
			return true
		}
	}
	return false
}

// paleNames are the colours with a name in which nothing can be read on white.
var paleNames = map[string]bool{
	"white": true, "snow": true, "ivory": true, "ghostwhite": true, "whitesmoke": true, "floralwhite": true, "mintcream": true,
	"azure": true, "aliceblue": true, "honeydew": true, "seashell": true, "lavenderblush": true,
}

// isPale reports whether a colour is white, or nearly: see paleFrom in package
// pdf. What is no plain colour is not.
func isPale(value string) bool {
	value = strings.ToLower(strings.TrimSpace(value))
	darkest, _, ok := colour(value)
	return paleNames[value] || ok && darkest >= 236
}

// colour reads the darkest of a colour's parts, of 255, and how opaque it is.
func colour(s string) (darkest, alpha float64, ok bool) {
	if hex, is := strings.CutPrefix(s, "#"); is {
		return hexColour(hex)
	}
	if s == "transparent" {
		return 0, 0, true
	}
	m := colorArgs.FindStringSubmatch(s)
	if m == nil {
		return 0, 1, false
	}
	parts := strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' || r == '/' || r == ' ' || r == '\t' })
	if len(parts) < 3 {
		return 0, 1, false
	}
	alpha = 1
	if len(parts) > 3 {
		if n, unit, is := measure(parts[3]); is {
			if alpha = n; unit == "%" {
				alpha = n / 100
			}
		}
	}
	if m[1][0] == 'h' { // hue, saturation, lightness: the last says enough
		n, unit, is := measure(parts[2])
		return n * 2.55, alpha, is && unit == "%"
	}
	darkest = 255
	for _, p := range parts[:3] {
		n, unit, is := measure(p)
		if !is {
			return 0, alpha, false
		}
		if unit == "%" {
			n *= 2.55
		}
		darkest = min(darkest, n)
	}
	return darkest, alpha, true
}

func hexColour(hex string) (darkest, alpha float64, ok bool) {
	if len(hex) == 3 || len(hex) == 4 {
		var long strings.Builder
		for i := range len(hex) {
			long.WriteByte(hex[i])
			long.WriteByte(hex[i])
		}
		hex = long.String()
	}
	n, err := strconv.ParseUint(hex, 16, 64)
	alpha = 1
	switch {
	case err != nil || len(hex) != 6 && len(hex) != 8:
		return 0, 1, false
	case len(hex) == 8:
		alpha = float64(n&0xff) / 255
		n >>= 8
	}
	return float64(min(n>>16, n>>8&0xff, n&0xff)), alpha, true
}
