package pdf

import "github.com/tetratelabs/wazero/experimental"

// guestMemory hands out the memory of the engine's one instance and notes when
// it says no. wazero has a limit of its own, but a module that hits it ends in
// the same "unreachable" as any other crash, and users need to know which.
type guestMemory struct {
	max     uint64
	buf     []byte
	size    uint64
	refused bool
}

// firstCapacity is reserved at once, so that ordinary files never copy the
// memory to grow it. Untouched pages cost nothing.
const firstCapacity = 64 << 20

func (m *guestMemory) limit(mib int) {
	m.max = uint64(mib) << 20
	m.refused = false
}

// Allocate begins a new instance's memory.
func (m *guestMemory) Allocate(_, _ uint64) experimental.LinearMemory {
	m.buf, m.size, m.refused = nil, 0, false
	return m
}

// Reallocate grows the memory; nil means no, and the module sees a failed
// allocation.
func (m *guestMemory) Reallocate(size uint64) []byte {
	if size > m.max && m.size > 0 { // an instance's first pages are not the file's doing
		m.refused = true
		return nil
	}
	if size > uint64(cap(m.buf)) {
		grown := make([]byte, m.size, min(max(size, firstCapacity, 2*m.size), max(m.max, size)))
		copy(grown, m.buf)
		m.buf = grown
	}
	m.buf = m.buf[:size]
	m.size = size
	return m.buf
}

// Free ends the memory of a closed instance.
func (m *guestMemory) Free() { m.buf, m.size = nil, 0 }
