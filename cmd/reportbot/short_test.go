//go:build !long

package main

import "time"

// How much the tests of kills, damage and full disks do; more with -tags long.
const (
	promiseEvents  = 150 // questions, while the process is killed
	promiseKills   = 4
	promiseStops   = 2 // times that a process under load is told to end
	randomKills    = 3
	pointsOfEach   = 1 // failpoints of each kind
	backupDamages  = 60
	restoreKills   = 4
	cacheDamages   = 1
	floodQuestions = 900
	injections     = 24  // documents with instructions
	faultsEach     = 3   // times that each fault of a model happens
	diskSizesApart = 900 // KiB between the sizes tried
	scopeWorlds    = 3   // of TestPromiseScope
	scopeCases     = 100 // in each of them
	wholeFor       = 3 * time.Second
	absentEvery    = 13 // of the questions of TestPromiseAbsent one is asked
)
