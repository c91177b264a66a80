//go:build long

package store

// How much the tests of damage and kills do: about four minutes.
const (
	damages     = 1000 // to each file
	kills       = 200
	scrubRounds = 400
)
