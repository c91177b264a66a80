//go:build !long

package state

// How much the tests of damage and kills do; more with -tags long.
const (
	damages = 150
	kills   = 30
	tampers = 52 // of the audit
)
