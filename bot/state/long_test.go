//go:build long

package state

// How much the tests of damage and kills do: about three minutes.
const (
	damages = 10000
	kills   = 500
	tampers = 1000 // of the audit
)
