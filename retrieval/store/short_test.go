//go:build !long

package store

// How much the tests of damage and kills do; more with -tags long.
const (
	damages     = 40 // to each file
	kills       = 20
	scrubRounds = 24
)
