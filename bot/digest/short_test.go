//go:build !long

package digest_test

// long has two years simulated, three times; with -tags long.
const long = false
