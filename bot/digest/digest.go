// Package digest sends what is new: to a channel, at the time it asked for,
// the reports that came since the last time, grouped and with their changes of
// rating and target price first, each said in two or three of its own
// sentences with their citations. It knows schedules, what is due, and how a
// delivery is neither lost nor doubled; what a channel may see, and how to post
// there, come from outside.
package digest

import (
	"time"

	"reportbot/ingest/report"
)

// Digest is what is new, in the order it is read.
type Digest struct {
	Lang      string            `json:"lang"`           // zh or en
	Slot      string            `json:"slot,omitempty"` // the day it was due, YYYY-MM-DD; "" on demand
	Due       time.Time         `json:"due,omitzero"`   // by the clocks of its zone
	Late      time.Duration     `json:"late,omitempty"` // of its beginning; 0 for in time
	Filter    Filter            `json:"filter"`
	Example   bool              `json:"example,omitempty"` // nothing is new; it is of older reports
	Total     int               `json:"total"`             // reports that are new
	Written   int               `json:"written"`           // reports whose points a model wrote
	Changes   []Change          `json:"changes"`           // the most recent first
	Groups    []Group           `json:"groups"`            // securities, then industries, then the rest
	Further   []report.Header   `json:"further"`           // reports beyond the bound, by title alone
	Citations []report.Citation `json:"citations"`         // N counts from 1
}

// Change is what a new report changes of a security's rating or target price.
type Change struct {
	Security     report.Security `json:"security"`
	Report       report.Header   `json:"report"`
	Rating       string          `json:"rating"`        // as printed, "" where it prints none
	RatingBefore string          `json:"rating_before"` // of the house's report before, "" where that is not known or the same
	Action       Action          `json:"action"`
	Target       float64         `json:"target"`        // 0 for none
	TargetBefore float64         `json:"target_before"` // 0 where it is not known or the same
	Currency     string          `json:"currency"`
	Citations    []int           `json:"citations"`
}

// Action is what happened to a rating.
type Action string

// The actions. A rating that stays is none.
const (
	Kept      Action = ""
	Raised    Action = "raised"
	Lowered   Action = "lowered"
	Initiated Action = "initiated"
	Other     Action = "changed" // to another one, of which it is not said whether it is better
)

// Group is the reports on one security, on one industry, or of neither.
type Group struct {
	Security report.Security `json:"security"`
	Industry string          `json:"industry"`
	Items    []Item          `json:"items"`
}

// Item is one report.
type Item struct {
	Report  report.Header `json:"report"`
	Pages   int           `json:"pages"` // 0 when the format has none
	Rating  string        `json:"rating"`
	Bullets []Bullet      `json:"bullets"`
}

// Bullet is one of a report's key points with its citations.
type Bullet struct {
	On        string `json:"on"` // the security it is on, in a report on several
	Text      string `json:"text"`
	Citations []int  `json:"citations"`
}
