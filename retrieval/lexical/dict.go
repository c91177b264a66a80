package lexical

import "reportbot/ingest/text"

// dict numbers tokens from 0 in the order they are put. It is an open
// addressing hash table: half the cache misses of a Go map, which are most of
// the time a load takes.
type dict struct {
	slots []slot // a power of two of them, at most 3/4 taken
	n     int
}

type slot struct {
	token text.Token
	place uint32 // number plus 1; 0 is free
}

// newDict returns a dict with room for n tokens.
func newDict(n int) dict {
	size := 64
	for 3*size < 4*(n+1) {
		size *= 2
	}
	return dict{slots: make([]slot, size)}
}

// get returns the number of t, or false.
func (d *dict) get(t text.Token) (uint32, bool) {
	s := d.slot(t)
	return s.place - 1, s.place != 0
}

// put returns the number of t, a new one if t has none yet.
func (d *dict) put(t text.Token) (place uint32, added bool) {
	s := d.slot(t)
	if s.place != 0 {
		return s.place - 1, false
	}
	d.n++
	*s = slot{t, uint32(d.n)}
	if 4*d.n >= 3*len(d.slots) {
		d.grow()
	}
	return uint32(d.n - 1), true
}

// slot returns where t is or would be put.
func (d *dict) slot(t text.Token) *slot {
	mask := len(d.slots) - 1
	// The multiplication makes neighbouring characters fall far apart.
	for i := int(uint64(t)*0x9E3779B97F4A7C15>>33) & mask; ; i = (i + 1) & mask {
		if s := &d.slots[i]; s.place == 0 || s.token == t {
			return s
		}
	}
}

func (d *dict) grow() {
	old := d.slots
	d.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.place != 0 {
			*d.slot(s.token) = s
		}
	}
}

// reset forgets all tokens and keeps the room.
func (d *dict) reset() {
	clear(d.slots)
	d.n = 0
}
