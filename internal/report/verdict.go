package report

import (
	"cmp"
	"slices"
	"strings"

	"scaleproof/internal/judge"
)

// warned is the class of a check that warns: it is told and changes nothing.
const warned = "warn"

// warns says that a result only warns.
func warns(r judge.Result) bool { return r.Severity == judge.Warns && r.Answer != judge.Pass }

// controlled says that a result passed since it failed, as a negative control asks.
func controlled(r judge.Result) bool { return r.Inverted && r.Answer == judge.Pass }

// titleOf is the check and what it is about.
func titleOf(r judge.Result) string { return strings.TrimSpace(r.ID + " " + r.Subject) }

// sentence is the verdict's sentence without what stands beside it anyway.
func sentence(v judge.Verdict) string {
	s := strings.TrimPrefix(v.Sentence, string(v.Answer)+": ")
	return strings.TrimPrefix(s, v.Scenario+": ")
}

// worstFirst orders results by what a reader must see first: what failed,
// what could not be said, what failed as it was to, what warns, what passed;
// each in the judge's order, but failures, and what could not be said, causes
// first.
func worstFirst(results []judge.Result) []judge.Result {
	rank := func(r judge.Result) int {
		switch {
		case warns(r):
			return 3
		case r.Answer == judge.Fail:
			return 0
		case controlled(r):
			return 2
		case r.Answer == judge.Pass:
			return 4
		}
		return 1
	}
	list := append([]judge.Result{}, results...)
	slices.SortStableFunc(list, func(a, b judge.Result) int { return cmp.Or(rank(a)-rank(b), judge.CausesFirst(a, b)) })
	return list
}
