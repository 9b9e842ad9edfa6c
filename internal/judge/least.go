package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// actionLag is how long before an order the alarm may have been evaluated that
// gave it: the two carry one time where they were recorded. [E]
const actionLag = 30 * time.Second

// atLeast is what a metric asks for at the least at one moment.
type atLeast struct {
	running int
	value   float64 // of the metric, the mean of the datapoints that count
	target  float64
	milli   int64 // thousandths of a task
	want    int   // tasks, rounded up
	most    int   // tasks that it may have asked for
}

func (x atLeast) String() string {
	return fmt.Sprintf("its metric asked for %d at least (%d running x %s / %s)", x.want, x.running, number(x.value), number(x.target))
}

// askedFrom is what an order's policy asked for from n tasks, at the least,
// whichever datapoints were public and count, and at the most. ok is false where
// that is not known, or where nothing of it breaches.
func (f *facts) askedFrom(o order, n int) (x atLeast, ok bool) {
	if f.blind(timeline.PartMetrics, o.at) {
		return x, false
	}
	for _, a := range f.liveAlarms(o.role, true, o.at) {
		return f.leastOf(o.role, a.alarm, n, o.at.Add(-actionLag), o.at, time.Time{})
	}
	return x, false
}

// mostAsked is what an order's policy may have asked for at the most: by the
// highest datapoint that its alarm may have looked at, or, where none is seen to
// have it in ALARM, by the highest of a reaction.
func (f *facts) mostAsked(o order, running []step[timeline.Counts]) known {
	k := f.askedOf(o, running, func(_, want int) int { return want })
	for _, a := range f.liveAlarms(o.role, true, o.at) {
		views, ok := f.views(keyOf(o.role), a.alarm, o.at.Add(-time.Minute-actionLag), o.at)
		most := 0
		for _, v := range views {
			if v.fires(a.alarm) {
				for _, s := range running {
					most = max(most, v.most(s.value.Running, a.alarm.Threshold))
				}
			}
		}
		if ok && k.ok && most > 0 {
			k.lo, k.hi = min(k.lo, most), most
		}
		return k
	}
	return k
}

// leastOf is the least over all that an alarm may have looked at in [from, to]
// and that has it in ALARM; ok is false where nothing does.
func (f *facts) leastOf(role string, a scaling.Alarm, n int, from, to, since time.Time) (x atLeast, ok bool) {
	views, known := f.views(keyOf(role), a, from, to)
	if !known || len(views) == 0 {
		return x, false
	}
	target, fewest, most := f.target(role), int64(0), 0
	for _, v := range views {
		if !v.fires(a) {
			continue
		}
		milli, counts := v.least(a, target, n, since)
		if !counts {
			return x, false
		}
		most = max(most, v.most(n, target))
		if !ok || milli < fewest {
			fewest, ok = milli, true
		}
	}
	if !ok {
		return x, false
	}
	x = atLeast{n, float64(fewest) * target / 1000 / float64(max(n, 1)), target, fewest, roundedUp(fewest), most}
	return x, true
}

// target is what the planned policy of a role aims at.
func (f *facts) target(role string) float64 {
	for _, p := range f.plan.Policies {
		if scaling.Role(p.Metric) == role {
			return p.Target
		}
	}
	return 0
}

// bases are the counts of tasks from which a scale-out may have been worked
// out: those that may have run; and, while a cooldown may last, those desired
// before the first order of it, since what that one added is credited [D], of
// the policy's own or of one that all share. [U] None where they were not seen,
// or while a deployment makes others run.
func (f *facts) bases(o order) (list []int) {
	running := f.counts.at(o.at)
	if f.blind(timeline.PartService, o.at) || f.deploying(o.at, o.at) {
		return nil
	}
	own, shared := f.beforeCooldown(o, o.cause.Policy), f.beforeCooldown(o, "")
	for _, s := range running {
		n := min(s.value.Running, o.from)
		for _, n := range []int{n, min(n, own), min(n, shared)} {
			if !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
	}
	return list
}

// beforeCooldown is how many tasks were desired before the first scale-out of
// the cooldown that an order may lie in, of a policy's, or of any for "".
func (f *facts) beforeCooldown(o order, policy string) int {
	n, at := o.from, o.at
	before := f.during(f.from, o.at, func(o order) bool { return o.out() && (policy == "" || o.cause.Policy == policy) })
	for _, x := range slices.Backward(before) {
		cd, ok := f.cooldown(x.cause.Policy, true)
		if !ok || (pair{a: x, b: order{at: at}}).over(cd) {
			break
		}
		n, at = min(n, x.from), x.at
	}
	return n
}

// overshot says that a scale-out goes beyond what the load itself asked for,
// since its datapoints are from when fewer tasks ran: running x metric / target
// takes them for what all that run now would show. No page of AWS rules that
// out. Empty where it does not.
func (f *facts) overshot(o order) string {
	running := f.counts.at(o.at)
	alarms := f.liveAlarms(o.role, true, o.at)
	if len(alarms) == 0 || len(running) == 0 {
		return ""
	}
	a, now := alarms[0].alarm, running[0].value.Running
	views, _ := f.views(keyOf(o.role), a, o.at.Add(-actionLag), o.at)
	if len(views) == 0 || len(views[0]) == 0 {
		return ""
	}
	v := views[0] // what was certainly public
	p := v[0]
	for _, x := range v {
		if hundredths(x.value) > hundredths(p.value) {
			p = x
		}
	}
	then := 0
	for _, s := range f.counts.at(p.end()) {
		then = max(then, s.value.Running)
	}
	load := int64(then) * hundredths(p.value) * 1000 / max(hundredths(a.Threshold), 1)
	if then == 0 || then >= now || o.to <= roundedUp(load) {
		return ""
	}
	return fmt.Sprintf("The %s is an overshoot by old datapoints, as AWS allows: %d running x %s / %s asks for %d, but in that minute %d ran, and the load asked for %s tasks.",
		f.describe(o), now, number(p.value), number(a.Threshold), roundedUp(int64(now)*hundredths(p.value)*1000/max(hundredths(a.Threshold), 1)), then, thousandths(load))
}
