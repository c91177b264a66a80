//go:build race

package pdftest

// Race says whether the tests run under the race detector.
const Race = true
