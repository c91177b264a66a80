//go:build long

package slack_test

// How many forged requests are sent.
const forged = 1000
