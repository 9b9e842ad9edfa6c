package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// capacityAsked answers for the orders that policies gave: whether each goes to
// what their metrics asked for from the tasks that ran, within a task.
func capacityAsked(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "what the metrics ask for, within a task", Tolerance: "a task: how AWS rounds is not documented"}
	orders := f.during(f.from, f.horizon, func(o order) bool {
		return (o.out() || o.in()) && o.cause.Kind == scaling.CauseAlarm && !f.contrary(o)
	})
	outs := 0
	for _, o := range orders {
		var answer Answer
		var why string
		if o.out() {
			outs++
			answer, why = f.outAsAsked(o)
		} else {
			answer, why = f.inAsAsked(o)
		}
		r.Evidence = append(r.Evidence, o.seqs...)
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		} else if answer == Pass && r.Answer == Pass && why != "" {
			r.Explanation += why + " "
		}
	}
	r.Samples = int64(len(orders))
	r.Measured = plural(outs, "scale-out", "scale-outs") + ", " + plural(len(orders)-outs, "scale-in", "scale-ins")
	switch {
	case outs == 0 && r.Answer == Pass:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "No policy scaled out, so the run does not show how far its orders go."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// oneTask is by how much an order may lie beside what its metric asks for: how
// AWS rounds is not documented. [U]
const oneTask = 1

// outAsAsked judges a scale-out by what its policy's metric may have asked for,
// from each count of tasks that it may have been worked out from: of those that
// ran, which is what is documented [D], and, while a cooldown may last, of those
// before it. One that explains the order is enough.
func (f *facts) outAsAsked(o order) (Answer, string) {
	if keyOf(o.role) == "" || len(f.roles(o.role)) == 0 || f.doubt(o) != "" {
		return Pass, ""
	}
	k := f.mostAsked(o, f.ranBefore(o))
	switch {
	case !k.ok && f.measured(o):
		return Pass, "" // whether anything called for it is for others to say
	case !k.ok:
		return Inconclusive, "What its metric asked for at the " + f.describe(o) + " was not seen; see observation.complete for what was not looked at, and run again."
	case o.to > k.hi+oneTask:
		return Fail, fmt.Sprintf("The %s goes too far: its metric asked for %d at most on the tasks that ran%s; %s.", f.describe(o), k.hi, f.fromDesired(o), f.workedOut(o))
	case f.atBound(o):
		return Pass, f.overshot(o)
	}
	var short atLeast
	for _, n := range f.bases(o) {
		x, ok := f.askedFrom(o, n)
		switch {
		case !ok || o.to >= x.want && o.to <= x.most+oneTask:
			return Pass, f.overshot(o)
		case o.to+oneTask >= x.want && o.to <= x.most+oneTask:
			return Pass, fmt.Sprintf("The %s is a task short: %s; within the rounding.", f.describe(o), x)
		case o.to < x.want && (short.want == 0 || x.want < short.want):
			short = x
		}
	}
	if short.want == 0 {
		return Pass, f.overshot(o)
	}
	return Fail, fmt.Sprintf("The %s falls short: %s, and no bound stood in the way; %s.", f.describe(o), short, f.workedOut(o))
}

// workedOut says what to open and what to compare, to see how an order came to
// its count.
func (f *facts) workedOut(o order) string {
	return fmt.Sprintf("compare its scaling activity (%s) with the tasks that ran at %s and the newest datapoints in its alarm's history: running tasks x datapoint / target is what AWS may order", o.id, clockOf(o.at))
}

// fromDesired says that the desired count in place of the running one explains
// an order.
func (f *facts) fromDesired(o order) string {
	running := slices.Clone(f.counts.at(o.at))
	for i := range running {
		running[i].value.Running = max(running[i].value.Running, o.from)
	}
	if k := f.mostAsked(o, running); o.to <= k.hi+oneTask {
		return ", and only the desired count of " + fmt.Sprint(o.from) + " explains it, where AWS starts from the tasks that run"
	}
	return ""
}

// atBound says that an order may have been to the minimum, to which a service
// below it is brought first, or to the maximum. [D]
func (f *facts) atBound(o order) bool {
	for _, c := range f.capacity.at(o.at) {
		t := c.value.Target
		if t == nil || o.to >= t.Bounds.Max || o.from < t.Bounds.Min && o.to == t.Bounds.Min {
			return true
		}
	}
	return len(f.capacity.at(o.at)) == 0
}

// measured says that the tasks and the metric of an order's policy were seen.
func (f *facts) measured(o order) bool {
	budget, _, ok := f.longestOut(o.role, o.at)
	return ok && !f.blind(timeline.PartService, o.at) && len(f.counts.at(o.at)) > 0 && len(f.between(keyOf(o.role), o.at.Add(-budget), o.at)) > 0
}

// inAsAsked judges a scale-in: of what several policies ask for the largest
// capacity wins [D], and one task less is the least that a scale-in takes [R].
func (f *facts) inAsAsked(o order) (Answer, string) {
	for _, role := range f.roles("") {
		for _, a := range f.liveAlarms(role, false, o.at) {
			bases := f.bases(o)
			views, ok := f.views(keyOf(role), a.alarm, o.at.Add(-actionLag), o.at)
			if len(bases) == 0 || !ok {
				continue
			}
			n, least := slices.Min(bases), int64(-1)
			for _, v := range views {
				if milli, ok := v.least(a.alarm, f.target(role), n, time.Time{}); ok && v.fires(a.alarm) && (least < 0 || milli < least) {
					least = milli
				}
			}
			if want := roundedUp(least); least >= 0 && o.to+oneTask < min(want, o.from) {
				return Fail, fmt.Sprintf("The %s goes too far: the metric of the %s policy asked for %d on %d running; %s.", f.describe(o), role, want, n, f.workedOut(o))
			}
		}
	}
	return Pass, ""
}
