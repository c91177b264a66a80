//go:build !long

package slack_test

// officeSteps is what happens in the test of the audit; more with -tags long.
const officeSteps = 200
