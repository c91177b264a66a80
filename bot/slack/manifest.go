package slack

import _ "embed" // the manifest

// Manifest creates the Slack app in one paste: its scopes, events, commands
// and ways in are those this package uses.
//
//go:embed manifest.yaml
var Manifest string
