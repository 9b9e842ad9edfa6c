// Package report draws a run: one page of HTML that loads nothing, pictures,
// JUnit XML and a summary for CI, and a log of latencies for other tools.
//
// It is given the timeline and the verdict and computes no judgement: what
// passed and what failed, and why, is the judge's word. What it draws is built
// once into a plain value, Panels, from which both the pictures and the page
// are drawn, so a test that compares that value with the timeline has tested
// both; a browser test reads the same points back out of the page.
//
//	events, err := timeline.ReadFile("reports/cpu-heavy-local-.../timeline.jsonl")
//	v, err := judge.Judge(events)
//	err = report.Write("reports/cpu-heavy-local-...", events, v)
//
// What was predicted of the run lies under what was observed, dotted, with a
// band of what other draws of the environment's delays come to.
//
// The package refuses to smooth: a stretch without an answer is a gap and
// never a zero, a count holds until it was seen to change, and a metric's
// point stands in the middle of its period. It draws any timeline, that of a
// run that was killed before its traffic too.
//
// Tried and rejected: golden pictures, since a font's hinting is not our
// business (the series are the goldens); percentiles averaged over windows,
// which are no percentiles (histograms are merged); all kinds of request in
// one percentile, where a kind that waits five seconds by design hides the
// others; a polyline through task counts, which draws half a task.
package report
