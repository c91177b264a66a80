//go:build !long

package slack_test

// How many forged requests are sent; more with -tags long.
const forged = 120
