//go:build long

package slack_test

// officeSteps is what happens in the test of the audit.
const officeSteps = 5000
