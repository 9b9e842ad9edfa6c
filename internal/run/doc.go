// Package run does one run, in order: preflight, journal, apply, the wait for
// the alarms, the prediction (made meanwhile), traffic under observation, drain,
// undo, verdict, report; and what is left of that for loadgen run, predict,
// restore, judge, report and emulate. It is where the rooms meet, and the only
// place that knows all of them.
//
// The run's own goroutine holds the clock except while it sleeps on it, and
// goes on in an event of its own, so that on the stepping clock the order of
// things is the queue's and never the scheduler's. It has no clean-up code:
// whatever ends the work (its end, an error, an interrupt, a clock that stands
// still) reaches the undo, and the undo is policies'.
//
//	err := run.Validate(ctx, console, run.Options{Scenario: "scenarios/cpu-heavy.yaml", Reports: "reports"})
//	os.Exit(run.Code(err))
//
// It refuses whatever is not on this machine, and to begin where it could not
// be judged or not be undone. Judgement and drawing happen from the folder
// that it leaves, by the same functions that validate judge and validate
// report call: a run knows nothing about itself that its folder does not.
//
// Note: a median of the predicted worlds as the expected line was rejected. It is
// the course of no run, and one that nothing disturbs would go off it; the run's
// own world goes off its own prediction only for a cause.
//
// Note: waiting for the alarms by polling DescribeAlarms beside the observer
// was rejected. It was a second look at the same thing, whose answers stood in
// no timeline; the observer's own events say when the alarms have data.
package run
