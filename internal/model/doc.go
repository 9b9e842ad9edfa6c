// Package model is the world that the project simulates: ECS services behind
// one application load balancer, their CloudWatch metrics and alarms, and
// Application Auto Scaling's target tracking, in virtual time.
//
// It is pure: one owner drives it, it starts no goroutine, reads no clock and
// does no I/O. Equal configurations and equal inputs give equal outputs, to
// the byte; advancing in two steps equals advancing in one. It refuses to
// judge: what it does is what AWS does as far as is known, and whether that
// was right is for others to say.
//
//	w := model.New(config)
//	w.Submit(now, model.Request{Number: 1, Method: "GET", Path: "/"})
//	at, _ := w.Next()
//	for _, a := range w.Advance(at) {
//		fmt.Println(a.Number, a.Status)
//	}
//
// # What happens at one instant
//
// Inside, time is int64 nanoseconds since Config.Start, and all that the world
// does by itself is an event in one heap with a total order: instant, kind (in
// the order of the constants in event.go), entity, index. Inputs at an instant
// come after the world's own events of that instant; what happens by somebody
// else's doing (Happening) comes last of these, as if it were an input. Delays
// are drawn by key (seed, entity, index) in whole milliseconds, never in call
// order. A look leaves no trace and changes nothing.
//
// # Where AWS is undocumented
//
// The settings are the fields of Behaviour, each with its source, and the
// zero value is the default: the running count as the base [D]; all datapoints
// that an alarm saw, those from before the last activity too, since an alarm
// that is put anew fires on them [D] and no source says that they are left out
// (the recorded traces fit both) [U]; one task for each scale-in, as the one
// recorded trace on Fargate has it [R]; a cooldown from the end of an activity,
// as scale-ins 360 s apart under one of 300 s show [R]; no scale-in that would
// soon be undone [D]; ten minutes until an activity is given up [U].
// How late datapoints are published is Service.Publication and, of those of
// 20 s, Service.FinePublication: AWS says nothing of it [U]. With 60 to 120 s
// and 5 to 15 s a step of load is answered in about 315 s and 86 s, where AWS
// measured 363 s and 86 s [D]; see reaction_test.go.
//
// Beside them the following choices are fixed, with their evidence.
//
// # What Application Auto Scaling does
//
//   - A policy's capacity is ceil(running x metric / target): the running base
//     is documented [D], the formula claimed by another emulator [E]. The
//     metric is the mean of the breaching datapoints in the evaluation that
//     called for it [E].
//   - The scale-out cooldown is kept per policy [E]; within it a larger step
//     is credited with what was added already [D]: it is worked out from the
//     tasks before the cooldown began [U]. The scale-in cooldown is kept per
//     target, since scaling in is a joint decision: a policy is ready when its
//     own scale-in cooldown has passed since the target last scaled in [U]. A
//     scale-out ends it [D].
//   - Nothing scales in while a policy's high alarm is in ALARM, even where
//     that policy has scale-in disabled: of what policies ask for at the same
//     time the largest capacity wins [D], and the alarm asks all that time.
//   - Scale-in needs the metric to ask for fewer tasks than are desired, after
//     rounding up; being below the alarm's threshold alone removes nothing, and
//     is told as AutoScalingAnticipatedFlapping: Behaviour.Flapping [U]. Both
//     roundings prevent removing too much, which is documented [D].
//   - What moves the capacity inside new bounds neither begins nor ends a
//     cooldown, which "applies only to scaling policy-related scaling
//     activities" [D]; that it does not end one is read into that [U]. A target
//     that is registered anew has none [U]. A scale-out from none running is
//     not held by a cooldown [U]; a scale-in from above the maximum is [U].
//   - Above the maximum a call for scale-out "does nothing", and below the
//     minimum one for scale-in [D]: nothing is told either [U]. That capacity is
//     at its minimum, at its maximum or as desired is told in a cooldown too [U].
//     Of policies that ask for equally many the one with the oldest alarm is
//     named, and of reasons that of a call for more [U].
//   - A call for scale-in while a deployment goes on is told as
//     TargetServicePutResourceAsUnscalable: that nothing scales in then is
//     documented [D], the code's meaning fits [U].
//   - A step policy aggregates the breaching datapoints of the evaluation that
//     called it [U], starts from the running count as any policy does [D], and
//     does not act on an alarm that was put into ALARM by hand and has looked
//     at nothing since [U]. An exact capacity is asked for as more, unless more
//     run [U].
//   - Target tracking heeds its own alarms alone, and has nothing to reckon with
//     while they saw no datapoint, as when one is put into ALARM by hand [U]. A
//     policy whose low alarm was deleted is never ready to scale in [U].
//   - From 0 running a policy scales out by one task, on the datapoints that its
//     alarm needs anyway: one at least is there then, which is what is
//     documented [D].
//   - An activity is in progress at once: Pending lasts until the target service
//     answers [D], which here it does within the instant. Changes come one
//     after the other, so there is no ConcurrentUpdateException.
//   - An activity is Successful when as many tasks run as are desired and none
//     is starting; while a deployment goes on, when no fewer run [U].
//   - A scheduled action's bounds hold for what alarms ask for at its instant
//     [U]; it is due to the second [U], AWS says within seconds [D].
//   - A scheduled action of which one bound alone would pass the other, which
//     stands, fails and changes nothing [U]. Bounds and counts above ECS's quota
//     of 5,000 tasks are refused [U].
//   - The same reason for not scaling is told once, until something is done [E].
//   - The words of refusals, where none were seen, are our own [U].
//
// # What CloudWatch does
//
//   - A policy's alarms look at 3 minutes for High and 15 for Low, which lies at
//     0.9 of the target [R]; of high-resolution metrics at 3 and 30 points of
//     20 s [E]; of a customised metric as of a predefined one [U]. Metric math is
//     not there.
//   - The evaluation range of an alarm is N+2 periods: documented for N = 3
//     [D], carried over to other lengths [U]. Too few points, all breaching and
//     younger than M periods, make OK [U]; the documented tables say nothing.
//     Points that come later than the two extra periods are therefore missing
//     to an alarm, and fewer than N decide, as is documented [D].
//   - An alarm is evaluated at its own second of the minute, drawn by its name,
//     and with a period below a minute at its own second of each period [D for
//     how often, U for the second]. Application Auto Scaling acts in the same
//     instant [U]. Its actions repeat each minute while the alarm is in ALARM
//     [D]; each repetition is in the history [U]. Periods above a minute end
//     with the last minute, whole or not aligned [D].
//   - SampleCount of CPU is one for each task in each slot: the number of running
//     tasks where slots are minutes [D], three times that at a minute of 20 s
//     slots [U]. A minute of which one slot of three is published is what that
//     one makes it [U]. 30 s of a metric of 20 s have no points [U].
//   - RequestCountPerTarget divides a minute's requests by the mean number of
//     healthy targets in it, and is zero where there was none [U].
//   - RequestCount counts only requests for which a target was chosen [D].
//   - MemoryUtilization is a constant per task, so that a memory policy that
//     stands beside ours has alarms with data.
//   - HealthyHostCount is one sample a minute, the mean over it; its least and
//     its most are those that there were [U].
//   - To switch the actions of an alarm that there is not is no error [U].
//
// # What ECS and its tasks do
//
//   - A draining task gets no new requests and lives through the whole
//     deregistration delay: a load balancer may end it earlier when idle [D],
//     but its kept connections make the full delay the common sight [P]. It
//     counts as running until it has stopped [D/P]. What it still works on
//     then is answered 502.
//   - Scale-in stops tasks that are not yet running first, then the newest
//     healthy ones [U].
//   - Unhealthy tasks and those of an older deployment are replaced by one
//     rule: replacements start as far as the maximum percentage leaves room,
//     and who is replaced goes as the replacements become healthy [D]. Older
//     healthy tasks go oldest first while enough stay healthy, older ones that
//     are not healthy yet at once [U]. Where there is no room for the
//     replacement of an unhealthy task it is stopped first, as far as the
//     minimum percentage allows [D]; that this takes room at once, though the
//     task still drains, is [U]. While a deployment goes on draining tasks take
//     room, since they are RUNNING, which is what the limit counts [D].
//   - After three failed starts in a row the orders of a service are throttled:
//     by 1 minute, then twice as long each time, up to 27 minutes [D for the
//     maximum and for what ends it, U for the steps]. A failed start is told in
//     the words that were seen of one kind of it [P].
//   - Of a task that crashes ECS learns at once [U].
//   - The circuit breaker counts failures in a row, in half of the desired
//     count, rounded up, at least 3 and at most 200 [D]. A deployment that it
//     ended without a way back keeps its tasks, old and new, as they are [U].
//   - Requests on CPU share a task evenly, none more than one vCPU, since a
//     thread runs on one core. Sidecars have what they need first, out of the
//     reservation, which on Fargate is all that a task gets [D]; start-up
//     competes as so many threads [U].
//
// # What the load balancer does
//
//   - Each node of the load balancer takes its own turns, counts its own
//     requests and checks every target by itself [P]; a target is unhealthy
//     while one node takes it for that [U]. Of targets with equally few requests
//     outstanding the next in turn is chosen [U].
//   - A target's share rises in a straight line during its slow start, which it
//     enters only while another healthy one is out of its own [D].
//   - A health check costs what a request for its path does and queues like one.
//     A new target is healthy with the first that passes [D]; the delay that is
//     drawn says when the first is sent that finds the application ready, so
//     that refused ones before it count for nothing, as in a grace period [U].
//   - While the grace lasts that ECS gives a task, the load balancer too keeps
//     one that fails its checks among the healthy. In truth it would not send it
//     requests; that is left out.
//
// # Tried and rejected
//
// One event for each request's time-out was rejected: the time-out is the same
// for all, so the requests in flight, linked in order of arrival, are already
// in order of deadline, and the heap stays as small as the number of workers.
// Nor is there an event for the end of each request's CPU: where requests share a
// task, it moves whenever one joins or leaves, and the heap would fill with
// instants that have come to nothing. Tasks with work are a heap of their own.
// A map from number to request was rejected for the same reason of speed:
// only Gone needs it, and those that give up are the oldest. Floats for
// metrics were rejected: a millionth of the unit in an int64 is exact, equal on
// every machine, and compares with thresholds without surprise. A series of
// datapoints for each period was rejected: two of them can disagree. Whatever
// is read of a metric is a merge of the one series of slots that it has.
//
// A scale-out in the cooldown that is worked out from all tasks that run, as
// outside it, was rejected: the datapoints that caused the first step ask for a
// larger one as soon as its tasks run, and no cooldown ever holds. Draws by
// ordinals of the whole world were rejected: a sibling's scale-out shifted a
// service's later delays.
package model
