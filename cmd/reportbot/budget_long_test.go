//go:build long

package main

// How much the test of the budget does.
const (
	budgetLimit = 20_000_000 // tokens
	budgetKills = 40
	callsApart  = 400 // between them, at most
)
