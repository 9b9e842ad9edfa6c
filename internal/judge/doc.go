// Package judge reads a timeline into a verdict.
//
// It is pure: Judge looks at the events and at nothing else, so the verdict of
// a timeline is the same on every machine, in every folder and time zone, and
// today's judge can be held against yesterday's run. It never looks at the
// model, lest it confirm the model's own error, and it never asks what should
// have happened of anything but the plan and the live alarms in the timeline.
//
// Each check is one file and answers pass, fail or inconclusive. Three rules
// hold for all of them:
//
//   - Zero samples never pass. What the run did not exercise, or what nobody
//     looked at, is inconclusive.
//   - A polled change is known only to lie between two looks. Where a limit
//     falls between them, the answer is inconclusive and says so.
//   - The autoscaler is never blamed for a weak witness: where the load was
//     not delivered, a check that would blame it turns inconclusive.
//
// An example:
//
//	events, err := timeline.ReadFile("reports/cpu-heavy-local-.../timeline.jsonl")
//	v, err := judge.Judge(events)
//	judge.Table(os.Stdout, v, false, 0)
//	os.Exit(v.ExitCode())
//
// Notes on what was tried and rejected. A cooldown as "the gap between orders
// is at least the cooldown" fails correct autoscalers: a larger scale-out may
// break through it, and a scale-out ends a scale-in cooldown. An exact count
// of tasks at a stage's end fails them too, since the metric lags longer than
// a cooldown of 60 s. A bound on the time from the load's rise to the order
// that is a constant is wrong as soon as an alarm has another period: it is
// added up from the live alarm. A fourth answer, "skipped", was a quiet pass:
// what does not apply gives no result at all, and what applied but was not
// exercised is inconclusive, as a warning where no scenario asked for it.
package judge
