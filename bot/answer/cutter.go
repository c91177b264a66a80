package answer

import (
	"regexp"
	"strings"

	"reportbot/ingest/text"
)

// maxSentence bounds one sentence, in bytes: what goes on longer is none. It
// also bounds what a cutter holds.
const maxSentence = 2400

// cutter cuts a stream of text into sentences as soon as nothing that may
// follow can change them: a decimal point, an abbreviation, a closing quote
// and the marker of a sentence may all stand after what looks like its end.
// Only a marker right before the full stop, or before a line's end, settles it
// at once.
type cutter struct {
	buf   string
	after bool // buf begins right after a sentence: markers there are too late
	long  bool // buf is what is left of a sentence that is too long
}

var (
	// late is what may still belong to a sentence that is out already.
	late = regexp.MustCompile(`^(?:\s*(?:` + markerRE + `|[”’」』）)》]))+`)
	// settled is a sentence that its own marker closes before the full stop.
	settled = regexp.MustCompile(`[\]】］][ \t]*[。！？；.!?;]$`)
	// markedEnd is a marker after a full stop, with nothing behind it.
	markedEnd = regexp.MustCompile(`[。！？；.!?;][”’」』）)》"']*(?:\s*` + markerRE + `)+\s*$`)
)

// add takes in what the stream brings. Of an overlong sentence the end is
// enough to find where it stops.
func (c *cutter) add(delta string) {
	c.buf += delta
	if len(c.buf) > maxSentence && !c.complete() {
		keep := c.buf[len(c.buf)-64:]
		c.buf, c.long = strings.ToValidUTF8(keep, ""), true
	}
}

func (c *cutter) complete() bool {
	probe := *c
	_, ok := probe.next(false)
	return ok
}

// next returns the next sentence that is complete; all that is left is when
// the stream has ended. overlong says that the sentence was too long to keep.
func (c *cutter) next(ended bool) (s said, ok bool) {
	if c.after {
		c.buf = late.ReplaceAllString(c.buf, "")
		if !ended && (strings.TrimSpace(c.buf) == "" || openMarker(c.buf)) {
			return said{}, false
		}
		c.after = false
	}
	moved := markAfter.ReplaceAllString(c.buf, "$2$1") // as many bytes
	spans := text.Sentences(moved)
	if len(spans) == 0 {
		return said{}, false
	}
	first := spans[0]
	rest := moved[first.To:]
	switch blank := strings.TrimLeft(rest, " \t\r"); {
	case ended:
	case settled.MatchString(c.buf[:first.To]) && balanced(c.buf[first.From:first.To]),
		marker.MatchString(lastBracket(c.buf[first.From:first.To])) && strings.HasPrefix(blank, "\n"):
		c.after = true
	case strings.TrimSpace(rest) == "" || openMarker(rest):
		return said{}, false
	}
	s = parse(moved[first.From:first.To])
	if c.long {
		s, c.long = said{raw: overlong}, false
	}
	c.buf = c.buf[first.To:] // as it came: what moved here may still be followed
	return s, true
}

// overlong stands for a sentence that was not kept.
const overlong = "…"

// ready returns the sentence at the end of the buffer when a full stop and
// then its marker are there. It is complete unless another marker follows.
func (c *cutter) ready() (s said, ok bool) {
	probe := *c
	if c.long || !markedEnd.MatchString(c.buf) {
		return said{}, false
	}
	if s, ok = probe.next(true); !ok || strings.TrimSpace(probe.buf) != "" {
		return said{}, false
	}
	return s, true
}

// taken drops what ready returned.
func (c *cutter) taken() { c.buf, c.after = "", true }

// openMarker reports whether s begins with a bracket that may become a marker.
func openMarker(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) < 40 && strings.IndexAny(s, "[【［") == 0 && !strings.ContainsAny(s, "]】］")
}

// lastBracket is the last pair of brackets of s, where s ends with one.
func lastBracket(s string) string {
	s = strings.TrimRight(s, " \t")
	if strings.HasSuffix(s, "]") || strings.HasSuffix(s, "】") || strings.HasSuffix(s, "］") {
		if i := strings.LastIndexAny(s, "[【［"); i >= 0 {
			return s[i:]
		}
	}
	return ""
}

// balanced reports whether every Chinese quote and bracket that s opens is
// closed: if not, what closes it is still to come.
func balanced(s string) bool {
	for _, pair := range []string{"“”", "「」", "『』", "（）", "《》"} {
		r := []rune(pair)
		if strings.Count(s, string(r[0])) > strings.Count(s, string(r[1])) {
			return false
		}
	}
	return true
}
