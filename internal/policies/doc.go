// Package policies changes a service's scaling and puts it back.
//
// Plan says, purely, what must change so that what is wanted stands; Undo
// says, purely, what must change so that the start stands again; an Executor
// makes changes, in both directions, with the same care: each is written to
// the journal and synced before it is made, compared with what stands, and
// written again as done. Normal end, failure, interrupt and `validate
// restore` all go through Undo, so there is no clean-up code anywhere else.
//
//	changes, err := policies.Plan(wanted, live)
//	x := policies.Executor{Env: env, Clock: c, Holder: "run", Journal: journal}
//	err = x.Apply(ctx, changes)
//	...
//	left, err := x.Restore(ctx)
//
// What it refuses: to remove a policy that it was not told to remove, to put
// one that could not be put back, to overrule a person who suspended scaling,
// to set a CPU target outside 50-90 % unasked. A policy that is already exact
// is never put again: that would replace its alarms, and new alarms read old
// datapoints. [E][D]
//
// Equal to the start means: the same policies by name, type, metric, target,
// cooldowns, disabled scale-in and label, the same bounds and suspended
// state. The identities and times of alarms are AWS's own, and so is the
// desired count: registering a target moves it inside the bounds [D], and
// policies move it at any time. So no change of the desired count is planned
// here, and none is undone.
//
// Note: recording in the journal how to undo each change was rejected. What
// undoes a change depends on what stands when it is undone, and an intent
// without its done may or may not have happened; the start and the live state
// are enough for both.
package policies
