// Package prove shows that the judge can say no, and that it says it of nobody
// who is right: it lives thousands of runs in virtual time, judges each, and
// counts what was caught.
//
// A case is a world: one of the scenes (a shipped scenario), with an autoscaler
// that is right in one of its settings, or that deviates, or that is right while
// the witness is blind. Every case is lived with several seeds. Whether a
// deviation decided otherwise than AWS would have is told by the world's own
// log, not by the judge; what nobody could see of it stands in the table of
// limits, each with its reason.
//
//	p, err := prove.Make(ctx, prove.Config{Scenarios: "scenarios"})
//	p.WriteText(os.Stdout)
//
// What is seen passes through the observer's own schedule, delays and
// differences, and in every run one poll in a hundred is lost. Nothing is
// written to disk. The same seeds give the same table, whatever the number of
// workers.
//
// It refuses to know how a check works: it reads verdicts.
//
// Note: to count a deviation as soon as it is switched on was rejected. Most do
// nothing for most of a run, and a check that is silent where nothing was wrong
// is right. To draw the cases at random was rejected too: which of them a table
// rests on would depend on the seed.
package prove
