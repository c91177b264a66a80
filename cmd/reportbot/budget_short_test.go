//go:build !long

package main

// How much the test of the budget does; more with -tags long.
const (
	budgetLimit = 3_000_000 // tokens
	budgetKills = 3
	callsApart  = 60 // between them, at most
)
