// Package twin decides a second time what the model's autoscaler decides. It
// holds nothing but tests, and no code of the model's: whatever both of them
// say alike was worked out twice.
//
// A world plays a random history, and all that it makes public is noted on a
// tape: its configuration, the changes made to it, the datapoints when they
// are published, the tasks' states, the second at which each alarm is
// evaluated. From these alone the twin works out the alarms' shapes, their
// states with the datapoints behind them, their actions, the activities with
// their ends, and the refusals. What the world says of each is compared with
// that at each instant.
//
// The twin is slow and plain, and written to be read beside the facts: each
// rule stands by the sentence of AWS's that it comes from. Begin with alarm,
// then capacity, cooldown, decide, step, bounds and scheduled; the comparison is in compare, the
// random histories are in draw.
//
// # What the first comparison taught
//
// The twin was written from AWS's sentences, without a look at the model. Over
// 300 histories both agreed at once on the alarms' shapes, thresholds, states
// and actions, the premature alarm, running base, rounding up, bounds from
// within and without, what a change of bounds does, the credit's principle, the
// interruption of cooldowns, from zero, and the ends of activities. They
// differed in what the sentences leave open. There the twin follows the model,
// and says "Choice" at the place:
//
//   - Too few datapoints, all breaching, too young to fire: OK, rather than
//     the state as it was.
//   - The credit in a scale-out cooldown is worked out from the tasks before
//     it, rather than subtracted from what the metric asks for.
//   - A scale-in waits for the longest of the policies' scale-in cooldowns,
//     rather than for that of the policy whose alarm calls.
//   - A policy with scale-in disabled vetoes scale-in while its high alarm is
//     in ALARM.
//   - Above the maximum and below the minimum "does nothing" means that nothing
//     is told either.
//   - AlreadyAtDesiredCapacity and AlreadyAtMinCapacity are told in a cooldown
//     too, and a cooldown holds a scale-in from above the maximum.
//   - From none running one task is asked for in a scale-out cooldown too.
//   - Raising the capacity to a new minimum neither begins nor ends a cooldown;
//     deregistering the target ends them.
//   - Of policies that ask for equally many the one with the oldest alarm is
//     the cause.
//
// And in four things the model was wrong, or became so and was found at once:
// an alarm's action was left out of its history where the setting leaves the
// policy no datapoint to go by; the first minute of a world did not count under
// that setting, though there had been no activity; which of two equal proposals
// wins changed with a rewriting that was to change nothing; and a policy without
// a datapoint to go by agreed to as many tasks as ran, where twelve were
// starting, so that all of them were taken back.
//
// # What step scaling taught
//
// It was added later, in the same way: from AWS's sentences, before a look at how
// the model does it. Over 300 histories both agreed at once on the intervals
// with their bounds, the aggregation, the rounding, the least magnitude, the
// credit, the cooldowns, the bounds, several policies at one instant, and that
// target tracking stops no step. They differed in what the sentences leave open:
//
//   - An exact capacity is asked for as more, unless more run; rather than as
//     fewer, where it is below what is desired.
//   - Of reasons not to scale that of a call for more is told, rather than that
//     of the oldest alarm, whichever way it calls.
//
// And in one thing the model was wrong: a step for fewer tasks, where none ran,
// was taken for a call for more, so that it raised the desired count to the
// minimum, or was told as AlreadyAtMaxCapacity.
//
// On one-time scheduled actions of both bounds, which came after, both agreed at
// once.
//
// # What it leaves out
//
// Scheduled actions that recur, that set one bound alone or that are put later;
// customised metrics, metrics of 20 s, and alarms that somebody changes, or that
// look at M of N datapoints. When tasks start, drain and stop is told to the
// twin, as is the second of an alarm, which only has to be always the same.
package twin
