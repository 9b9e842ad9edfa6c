package judge

import "scaleproof/internal/timeline"

// check is one check: a pure function over the read model.
type check struct {
	id  string
	doc string // one sentence, for who reads this table; docs/checks.md has the rest
	// load: the check is about the traffic alone and is judged for a bare
	// `loadgen run` too.
	load bool
	// blames: a failure is held against the autoscaler, so it needs a load
	// that was delivered.
	blames bool
	// counted: a failure rests on the counts of the traffic, so they must be
	// such as can be.
	counted bool
	// needs are the parts that it must see all the time, lest it pass by silence:
	// a pass over a hole in one of them is inconclusive. Those that look for holes
	// by themselves, since they know better where one matters, name none.
	needs []string
	// planned: it is judged by the load that the plan has for its stages, or is
	// what a scenario expects under it, so that it says nothing of a load that
	// somebody changed.
	planned bool
	// staged: its subject is a stage, or begins with one, and what lies outside it
	// does not matter.
	staged bool
	// around: of its results, those around scaling hold AWS's times against the
	// run's own, as all do of a check that needs the clock.
	around bool
	// roled: its subject ends in a role, and of the metrics it needs that one.
	roled bool
	run   func(*facts) []Result
}

// The checks, in the order in which they are judged and shown.
var checks = []check{
	{id: "run.complete", load: true, run: runComplete,
		doc: "The run came to its end by itself; what was stopped or cut off proves nothing about what it did not do."},
	{id: "run.restored", run: runRestored,
		doc: "What the run changed stands again as it stood before."},
	{id: "load.delivered", load: true, run: loadDelivered,
		doc: "The planned requests were sent, on time, and came to an end: per stage at most 1 % unsent and 5 % late."},
	{id: "load.accepted", load: true, run: loadAccepted,
		doc: "The service took the load on: per stage at most 1 % of the answers are 429 or fall short in their content."},
	{id: "load.arrived", staged: true, needs: []string{partClock, timeline.PartTargets, timeline.PartMetrics}, run: loadArrived,
		doc: "The request count that the load balancer published is the planned one within 10 %, stage by stage."},
	{id: "load.apart", planned: true, roled: true, staged: true, needs: []string{partClock, partPeriod, timeline.PartMetrics}, run: loadApart,
		doc: "Where one policy alone is to scale out, the datapoints of the other's metric stay below its threshold."},
	{id: "observation.complete", run: observationComplete,
		doc: "Every part of the service was looked at all the time, and no datapoint of the watched metrics is missing."},
	{id: "observation.clock", run: observationClock,
		doc: "AWS's clock and that of the run agree, as the times of what AWS lists tell."},
	{id: "policies.exact", run: policiesExact,
		doc: "Each wanted policy stood when traffic began, with its exact settings and with live alarms at its target; no other did."},
	{id: "target.exact", run: targetExact,
		doc: "The service was registered with the planned bounds, and no scaling was suspended."},
	{id: "policies.unchanged", needs: []string{partClock, timeline.PartService, timeline.PartScaling, timeline.PartAlarms}, run: policiesUnchanged,
		doc: "No policy, alarm or bound changed while traffic flowed, and every change of the desired count has its activity."},
	{id: "policies.independent", needs: []string{partClock, partPeriod, timeline.PartScaling, timeline.PartAlarms}, run: policiesIndependent,
		doc: "Once the run has removed a policy it orders nothing, and the others stand as they stood, and act."},
	{id: "alarms.fire", roled: true, needs: []string{partClock, partPeriod, timeline.PartAlarms, timeline.PartMetrics}, run: alarmsFire,
		doc: "A high alarm is in ALARM while all the datapoints that it looks at are above the threshold that it shows."},
	{id: "scaling.attributed", needs: []string{partClock, partPeriod, timeline.PartService}, run: scalingAttributed,
		doc: "Of every change of the desired count it is known whose it was, and no activity names what cannot be its cause."},
	{id: "reaction.legs", needs: []string{partClock, partPeriod, timeline.PartAlarms, timeline.PartService, timeline.PartTargets}, blames: true, run: reactionLegs,
		doc: "Of each change that a policy made, every leg lies within its budget: to the alarm, the order, the desired, running and healthy tasks."},
	{id: "scale-out.in-time", planned: true, staged: true, needs: []string{partClock, partPeriod, timeline.PartAlarms, timeline.PartMetrics}, blames: true, run: scaleOutInTime,
		doc: "The expected scale-out was ordered by the expected policy, within the budget that the live alarm allows."},
	{id: "scale-out.none", planned: true, staged: true, blames: true, needs: []string{partClock}, run: noScaleOut,
		doc: "No scale-out was ordered in stages that ask for none."},
	{id: "scale-in.none", planned: true, staged: true, blames: true, needs: []string{partClock}, run: noScaleIn,
		doc: "No scale-in was ordered in stages that ask for none."},
	{id: "scale-out.only-by", planned: true, needs: []string{partClock, timeline.PartAlarms}, blames: true, run: onlyBy,
		doc: "Only the named policy ordered scale-outs."},
	{id: "capacity.asked", needs: []string{partClock, partPeriod, timeline.PartService, timeline.PartMetrics}, blames: true, run: capacityAsked,
		doc: "Each order of a policy goes where its metrics asked for from the tasks that ran, within a task."},
	{id: "capacity.reached", blames: true, needs: []string{partClock, partPeriod}, run: capacityReached,
		doc: "What a policy asks for while its alarm is in ALARM is ordered by the alarm's next action: any one is enough, the largest wins."},
	{id: "capacity.held", planned: true, needs: []string{partClock, timeline.PartService}, blames: true, run: capacityHeld,
		doc: "The desired count never falls below what the load asks for while the load holds."},
	{id: "capacity.maximum", needs: []string{timeline.PartService}, run: capacityMaximum,
		doc: "How long the service stood at its maximum, and how much load was beyond that."},
	{id: "capacity.stage-end", planned: true, staged: true, blames: true, needs: []string{partClock}, run: capacityAtEnd,
		doc: "The number of tasks at a stage's end lies in the expected range."},
	{id: "capacity.bounds", needs: []string{partClock, timeline.PartScaling}, run: boundsKept,
		doc: "No policy orders fewer tasks than the minimum or more than the maximum that stood then."},
	{id: "cooldown.scale-out", blames: true, needs: []string{partClock}, run: cooldownOut,
		doc: "A policy's scale-outs keep its cooldown, unless the later one is larger with the earlier one credited."},
	{id: "cooldown.scale-in", blames: true, needs: []string{partClock}, run: cooldownIn,
		doc: "Scale-ins keep their cooldown, counted from the completion of the one before, unless a scale-out ended it."},
	{id: "scale-in.to-minimum", planned: true, staged: true, blames: true, needs: []string{partClock}, run: scaleInToMinimum,
		doc: "Once the load asks for no more than the minimum, the service goes back to it, each step within its budget."},
	{id: "scale-in.deploying", needs: []string{partClock}, run: deployingIn,
		doc: "Nothing is scaled in while a deployment goes on."},
	{id: "scale-in.all-agree", needs: []string{partClock, partPeriod, timeline.PartAlarms, timeline.PartMetrics}, blames: true, run: allAgree,
		doc: "Nothing is scaled in unless the low alarms of all policies with scale-in enabled are in ALARM, on full runs of low datapoints."},
	{id: "scale-in.patient", planned: true, blames: true, needs: []string{partClock}, run: scaleInPatient,
		doc: "No scale-out comes within 15 minutes of a scale-in unless demand rises: what was given back is not asked for again."},
	{id: "drain.lossless", needs: []string{partClock}, run: drainLossless,
		doc: "The requests that the tasks of a scale-in were at work on come to their end."},
	{id: "stability.flapping", planned: true, blames: true, needs: []string{partClock}, run: flapping,
		doc: "No scale-out and scale-in follow each other within the low alarm's span while demand stands still."},
	{id: "stability.settled", planned: true, staged: true, needs: []string{timeline.PartService}, blames: true, run: stabilitySettled,
		doc: "A stage settles in time: as many tasks run as its load asks for, and on to its end."},
	{id: "errors", load: true, counted: true, around: true, run: errorsBounded,
		doc: "Failed requests stay within the expected bounds, over stages, sliding windows and around scaling."},
	{id: "errors.balancer", counted: true, needs: []string{partClock}, run: errorsAtBalancer,
		doc: "The load balancer counted no 5xx, beside those that clients saw, that would break what is expected of errors."},
	{id: "latency", planned: true, load: true, counted: true, around: true, run: latencyBounded,
		doc: "Percentiles of latency stay within the expected bounds; a p99 takes 1,000 samples, a p95 200, a p50 20."},
	{id: "saturation", needs: []string{partClock}, run: saturation,
		doc: "CPU does not stay near its limit, and requests do not queue, longer than a scaling reaction takes without an order to scale out."},
	{id: "trigger.threshold", roled: true, needs: []string{partClock, partPeriod, timeline.PartAlarms, timeline.PartMetrics}, blames: true, run: triggerThreshold,
		doc: "The live alarm stands at the expected value, and each scale-out follows datapoints above the threshold."},
	{id: "trigger.answered", roled: true, needs: []string{partClock, partPeriod, timeline.PartService, timeline.PartMetrics}, blames: true, run: triggerAnswered,
		doc: "While a metric stands clearly above its target and nothing stands against it, a scale-out is ordered."},
	{id: "trigger.bracket", roled: true, needs: []string{partClock, partPeriod, timeline.PartAlarms, timeline.PartMetrics}, blames: true, run: triggerBracket,
		doc: "The highest level that did not fire and the lowest that did both lie within the tolerance."},
	{id: "cost.increase", blames: true, run: costIncrease,
		doc: "Under the same load the tasks cost at most 10 % more than in the run that it is compared with."},
}

// IDs lists the ids of all checks, in order.
func IDs() []string {
	ids := make([]string, len(checks))
	for i, c := range checks {
		ids[i] = c.id
	}
	return ids
}
