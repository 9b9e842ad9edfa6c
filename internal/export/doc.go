// Package export writes what a timeline's windows come to in the forms of
// others: an HdrHistogram log, CSV, one JSON object. Each is a function of the
// timeline alone, and so there for every run that has one, however old; the
// metrics endpoint (package metrics) adds up the same windows while they come.
//
//	events, err := timeline.ReadFile(path)
//	err = export.CSV(w, events)
//
// Several windows, and several kinds, are added up as counts and histograms:
// a percentile of them is that of the sum, never an average of theirs. A request
// that ended without an answer is slower than any that has one, as it is for the
// judge: a percentile that falls among such is not known, and is left open.
//
// The package refuses to judge, and to fill what was not counted: where the sums
// of a timeline do not agree, it says by how much.
package export
