//go:build long

package main

import "time"

// How much the tests of kills, damage and full disks do: about half an hour.
const (
	promiseEvents  = 10_000 // questions, while the process is killed
	promiseKills   = 200
	promiseStops   = 100 // times that a process under load is told to end
	randomKills    = 200
	pointsOfEach   = 40 // failpoints of each kind
	backupDamages  = 1000
	restoreKills   = 50
	cacheDamages   = 40
	floodQuestions = 10_000
	injections     = 500 // documents with instructions
	faultsEach     = 100 // times that each fault of a model happens
	diskSizesApart = 16  // KiB between the sizes tried
	scopeWorlds    = 100 // of TestPromiseScope
	scopeCases     = 100 // in each of them
	absentEvery    = 1   // of the questions of TestPromiseAbsent one is asked
	wholeFor       = 60 * time.Second
)
