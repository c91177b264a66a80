//go:build !long

package state

// How much the tests of damage and kills do; more with -tags long.
const (
	damages = 400
	kills   = 30
)
