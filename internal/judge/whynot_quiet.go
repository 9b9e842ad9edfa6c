package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Why no policy called.

// uncalled asks each policy that could have called.
func (f *facts) uncalled(s silence) (found []reason) {
	policies := f.asking(s)
	for _, p := range policies {
		if r, ok := f.uncalledBy(p, s, len(policies)); ok {
			found = append(found, r)
		}
	}
	switch {
	case f.lastLook(timeline.PartScaling).IsZero():
		return append(found, reason{rank: rankUnseen, says: "the policies were never read", next: "see observation.complete"})
	case s.out && (s.role == "" || s.role == "cpu"):
		found = append(found, f.unwatchedCPU(s)...)
	case len(policies) == 0:
		found = append(found, reason{rank: rankUnwatched, says: "no policy that may scale in stood", next: "enable scale-in on one"})
	}
	for _, want := range f.plan.Policies {
		stands := func(p policyStep) bool { return p.policy.Name == want.Name }
		if !slices.ContainsFunc(f.standingAt(s.from), stands) && (s.role == "" || scaling.Role(want.Metric) == s.role) {
			found = append(found, reason{rank: rankUnwatched, says: "policy " + want.Name + " did not stand", next: "put it"})
		}
	}
	return found
}

// unwatchedCPU tells of CPU near its limit that no policy watches.
func (f *facts) unwatchedCPU(s silence) []reason {
	for _, p := range append(f.standingAt(s.from), wantedSteps(f.plan.Policies)...) {
		if scaling.Role(p.policy.Metric) == "cpu" {
			return nil
		}
	}
	points := f.lately(timeline.KeyCPU, s, minPoints*time.Minute)
	if len(points) == 0 {
		return nil
	}
	top := points[0]
	for _, p := range points {
		if p.value > top.value {
			top = p
		}
	}
	if hundredths(top.value) < 100*dip {
		return nil
	}
	return []reason{{rank: rankUnwatched, says: fmt.Sprintf("no policy watches CPU, which stood at up to %s %%", number(top.value)), next: "add a policy on CPU", seqs: []int64{top.seq}}}
}

func wantedSteps(policies []scaling.Policy) (list []policyStep) {
	for _, p := range policies {
		list = append(list, policyStep{policy: p})
	}
	return list
}

// lately are the datapoints of a metric that begin in the silence or in the time
// before it that is given, and were published by its end.
func (f *facts) lately(key string, s silence, before time.Duration) []point {
	points := f.begun(key, s.from.Add(-before), s.to)
	return slices.DeleteFunc(slices.Clone(points), func(p point) bool { return p.seen.After(s.to) })
}

// uncalledBy says why one of n policies did not call; ok is false where it did.
func (f *facts) uncalledBy(p policyStep, s silence, n int) (r reason, ok bool) {
	name, a := word(p.policy), f.alarmOf(p.policy, s.out, s.to)
	switch {
	case a == nil && f.lastLook(timeline.PartAlarms).IsZero():
		return reason{rank: rankUnseen, says: "the alarms were never read", next: "see observation.complete"}, true
	case a == nil:
		return reason{rank: rankNoData, says: fmt.Sprintf("the %s policy had no %s alarm", name, side(s.out)), next: "put the policy again, which makes its alarms anew", seqs: []int64{p.seq}}, true
	case !s.out && f.moodAt(a.alarm.Name, s.to).state == scaling.AlarmInAlarm:
		return r, false
	}
	r.seqs = []int64{a.seq}
	key := keyOf(scaling.Role(p.policy.Metric))
	if other := f.otherMetric(a.alarm.Metric, p.policy); other != "" {
		r.rank, r.says, r.next = rankElsewhere, fmt.Sprintf("the %s alarm of the %s policy %s", side(s.out), name, other), "put the policy with the service's own metric and target group"
		return r, true
	}
	if mood := f.moodAt(a.alarm.Name, s.to); mood.state == scaling.AlarmInsufficientData {
		r.rank, r.next = rankNoData, unpublished
		r.says = fmt.Sprintf("the %s alarm of the %s policy was in INSUFFICIENT_DATA from %s, and missing data scales nothing", side(s.out), name, f.when(mood.from))
		if key != "" {
			r.says += f.lastPoint(key, s.to)
		}
		return r, true
	}
	if off := offLevel(a.alarm, p.policy); len(off) > 0 {
		r.rank, r.says, r.next = rankElsewhere, fmt.Sprintf("the %s alarm of the %s policy %s", side(s.out), name, off[0]), "put the policy again, and see that its alarms stand at its target"
		return r, true
	}
	if flat, ok := f.onThread(p.policy, a.alarm, s); ok {
		return flat, true
	}
	if key == "" || !sane(a.alarm) {
		r.rank, r.says, r.next = rankUnseen, fmt.Sprintf("the %s alarm of policy %s was in %s, and its metric is none that the run watches", side(s.out), p.policy.Name, f.alarmStateAt(a.alarm.Name, s.to)), "look at its metric"
		return r, true
	}
	return f.unmoved(p.policy, *a, s, n), true
}

// onThread says that CPU stands still at what busy threads of a task show,
// under a target that it so never reaches, while requests queue or the planned
// load would come to more.
func (f *facts) onThread(p scaling.Policy, a scaling.Alarm, s silence) (r reason, ok bool) {
	n, _, known := f.desiredAt(s.to)
	if !s.out || scaling.Role(p.Metric) != "cpu" || !known || n == 0 {
		return r, false
	}
	points := f.lately(timeline.KeyCPU, s, plan.Publication+minPoints*time.Minute)
	points = points[max(0, len(points)-minPoints):]
	stood := plateauOf(points)
	share := stood.thread()
	planned := f.demand(s.to, "cpu") * hundredths(p.Target) / 1000 / int64(n)
	if len(points) < minPoints || !stood.flat() || share == 0 || stood.most >= hundredths(a.Threshold) {
		return r, false
	}
	queues := func(b beat) bool {
		sure, _ := b.queues()
		return sure && !b.start.Before(points[0].start) && b.start.Before(s.to)
	}
	if planned*100 <= stood.mean*105 && !slices.ContainsFunc(f.beats(), queues) {
		return r, false // so little load may be all that there is
	}
	return reason{rank: rankBeyond, seqs: []int64{points[len(points)-1].seq}, next: "give a task as many workers as vCPUs, or aim lower",
		says: fmt.Sprintf("CPU stood flat at %s %%, as if %s were busy and the rest idle, which a target of %s never notices", number(float64(stood.mean)/100), busy(share), number(a.Threshold))}, true
}

// lastPoint says when a metric had its last datapoint by t.
func (f *facts) lastPoint(key string, t time.Time) string {
	points := f.between(key, f.from.Add(-alarmDay), t)
	if len(points) == 0 {
		return "; no datapoint of " + noun(key) + " was ever published"
	}
	return fmt.Sprintf(", the last datapoint of %s being that of %s", noun(key), f.when(points[len(points)-1].start))
}

// nearness is how far datapoints come towards an alarm: of each N that follow
// each other, the most that breach.
type nearness struct {
	breached int       // the most of them beyond the threshold in any N
	best     point     // the farthest
	known    bool      // there are datapoints
	onset    time.Time // since when as many as the alarm asks for were published; zero where there were not
}

// nearest looks at the stretches of datapoints whose last one was published
// since an instant, and at the newest.
func nearest(points []point, a scaling.Alarm, since time.Time) (r nearness) {
	points = lookedAt(a, points)
	span := time.Duration(a.EvaluationPeriods) * a.Metric.Period
	var onset time.Time
	for i, p := range points {
		w := points[max(0, i+1-a.EvaluationPeriods) : i+1]
		for p.start.Sub(w[0].start) >= span {
			w = w[1:] // a hole lies between
		}
		n := 0
		for _, q := range w {
			if a.Breaches(q.value) {
				n++
			}
		}
		switch {
		case n < a.M():
			onset = time.Time{}
		case onset.IsZero():
			onset = p.seen
		}
		if p.seen.Before(since) && i < len(points)-1 {
			continue
		}
		for _, q := range w {
			if !r.known || a.High() && q.value > r.best.value || !a.High() && q.value < r.best.value {
				r.best, r.known = q, true
			}
		}
		if n > r.breached {
			r.breached, r.onset = n, onset
		}
	}
	return r
}

// unmoved says how near a policy's metric came to its alarm, of n policies.
func (f *facts) unmoved(p scaling.Policy, a alarmStep, s silence, n int) reason {
	key, span := keyOf(scaling.Role(p.Metric)), time.Duration(a.alarm.EvaluationPeriods)*a.alarm.Metric.Period
	known := nearest(f.lately(key, s, span+plan.Publication+longAgo), a.alarm, s.from)
	if !known.known {
		return reason{rank: rankNoData, says: "no datapoint of " + noun(key) + " was published in time, and missing data scales nothing", next: unpublished, seqs: []int64{a.seq}}
	}
	r := reason{seqs: []int64{a.seq, known.best.seq}}
	m, beyond := a.alarm.M(), "above "
	if !s.out {
		beyond = "below "
	}
	beyond += amount(key, a.alarm.Threshold)
	due, rising := f.underway(s, p, a.alarm)
	all := nearest(f.begun(key, s.from.Add(-span-plan.Publication-longAgo), s.to), a.alarm, s.from)
	switch {
	case known.breached >= m:
		f.fired(&r, a, s, known, fmt.Sprintf("%d datapoints of %s %s", m, noun(key), beyond))
	case all.breached >= m:
		r.rank = rankPending
		r.says = fmt.Sprintf("of the %d datapoints of %s %s that the %s alarm asks for, %d were published by then: CloudWatch shows a minute up to %s after it",
			m, noun(key), beyond, side(s.out), known.breached, short(plan.Publication))
	case rising:
		r.rank = rankPending
		r.says = fmt.Sprintf("%s was %s at most by then: its load had just risen, and a reaction has until %s", noun(key), amount(key, known.best.value), f.when(due))
	case known.breached > 0:
		r.rank, r.next = rankShort, f.moreLoad(s, p)
		r.says = fmt.Sprintf("%s was %s in %d datapoints of the %d that the %s alarm asks for", noun(key), beyond, known.breached, m, side(s.out))
		if !s.out {
			r.says += f.lastAbove(key, a.alarm, s) + agreement(n)
		}
	default:
		r.rank, r.next = rankNever, f.moreLoad(s, p)
		r.says = fmt.Sprintf("%s was %s at most, and its policy asks for more than %s", noun(key), amount(key, known.best.value), number(a.alarm.Threshold))
		if !s.out {
			r.says = fmt.Sprintf("%s was %s at least, and its low alarm asks for less than %s", noun(key), amount(key, known.best.value), number(a.alarm.Threshold)) + agreement(n)
		}
	}
	return r
}

// longAgo is how far back it is looked for the first of the datapoints that an
// alarm was to answer.
const longAgo = 10 * time.Minute

const unpublished = "see why the metric is not published: no traffic, no running task, another target group"

// fired tells of datapoints that suffice for an alarm that was not in ALARM.
func (f *facts) fired(r *reason, a alarmStep, s silence, known nearness, what string) {
	end := known.onset
	what += " were published by " + f.when(end)
	switch {
	case s.to.Before(end.Add(twoEvaluations)):
		r.rank = rankPending
		r.next = "see in the alarm's history what it did a minute later, or make the stage longer"
		r.says = what + ", and alarms are evaluated once a minute"
	case len(f.holes(timeline.PartAlarms, end, s.to)) > 0:
		r.rank, r.next = rankUnseen, "see observation.complete"
		r.says = what + ", and whether the " + side(s.out) + " alarm fired was not looked at"
	default:
		r.rank, r.next = rankSilent, "compare the alarm's history with the metric"
		r.says = what + ", and the " + side(s.out) + " alarm did not fire"
	}
}

// underway is by when a reaction to a load that has risen has to come; ok is
// false where the load asks for none, or the time was over.
func (f *facts) underway(s silence, p scaling.Policy, a scaling.Alarm) (due time.Time, ok bool) {
	n, _, known := f.desiredAt(s.to)
	if !s.out || !known {
		return due, false
	}
	rise, ok := f.risen(s.to, scaling.Role(p.Metric), int64(n)*1000)
	due = rise.Add(outBudget(a))
	return due, ok && s.to.Before(due)
}

// noun names a metric, and amount writes a value of it.
func noun(key string) string {
	switch key {
	case timeline.KeyCPU:
		return "CPU"
	case timeline.KeyRequests:
		return "the request count"
	}
	return key
}

func amount(key string, v float64) string {
	switch key {
	case timeline.KeyCPU:
		return number(v) + " %"
	case timeline.KeyRequests:
		return number(v) + " a target and minute"
	}
	return number(v)
}

// lastAbove says which datapoint keeps a low alarm quiet.
func (f *facts) lastAbove(key string, a scaling.Alarm, s silence) string {
	for _, p := range slices.Backward(f.lately(key, s, time.Duration(a.EvaluationPeriods)*a.Metric.Period+plan.Publication)) {
		if !a.Breaches(p.value) {
			return fmt.Sprintf(", the last other one being %s at %s", amount(key, p.value), f.when(p.start))
		}
	}
	return ""
}

// agreement says that scale-in takes all policies, where there are several. [D]
func agreement(n int) string {
	if n < 2 {
		return ""
	}
	return ": scale-in takes all policies"
}

// moreLoad is what to do about a metric that did not move: calibrate where the
// planned load was to move it, else ask for more load.
func (f *facts) moreLoad(s silence, p scaling.Policy) string {
	n, _, known := f.desiredAt(s.to)
	role := scaling.Role(p.Metric)
	if !s.out {
		return fmt.Sprintf("let the load of the %s policy fall further or longer, or see what keeps its metric up", word(p))
	}
	most := int64(0)
	for t := s.from; !t.After(s.to); t = t.Add(10 * time.Second) {
		most = max(most, f.demand(t, role))
	}
	if known && most > int64(n)*1000 {
		return fmt.Sprintf("the plan counts on %s tasks' worth there: calibrate what a request costs", thousandths(most))
	}
	return "raise the load, or lower the target, if it is to scale there"
}
