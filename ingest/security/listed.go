package security

import (
	"bytes"
	_ "embed" // for the shipped list
	"strings"
	"sync"
)

// Listed is a company as a list of securities gives it.
type Listed struct {
	Code    string   // canonical
	Name    string   // as the exchange prints it
	Aliases []string // what else it is called: short, English and old names
	Market  string   // SH, SZ, BJ, HK, US, T, TW, KS ...: the suffix of Code
	// Strict marks a name that is also a common word, such as 太阳能: it means
	// the company only where it stands alone or with its code beside it.
	Strict bool
}

// Source tells where names come from. Where two sources differ the higher one
// is right.
type Source int

// The sources, lowest first.
const (
	BuiltIn   Source = iota + 1 // the list shipped with the program
	Harvested                   // the reports themselves
	Given                       // the user's own list
)

//go:embed known.csv
var knownCSV []byte

//go:embed nobody.txt
var nobodyText string

// shipped reads the shipped list once.
var shipped = sync.OnceValue(func() []Listed {
	ls, err := ReadCSV(bytes.NewReader(knownCSV))
	if err != nil {
		panic("unreachable: the tests read the shipped list: " + err.Error())
	}
	return ls
})

// Known returns the shipped list: well-known companies of the mainland, Hong
// Kong, the United States and some others. It is hand-made, holds no name
// that a broker writes its own reports under, and is far from complete: a
// desk gives its own list.
func Known() []Listed { return shipped() }

// nobody returns phrases that hold a company's name and mean no company:
// 北京东城 holds 京东.
func nobody() []string { return strings.Fields(nobodyText) }
