package judge

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Leg is one stretch of an action's way from the load to the tasks, or back:
// how long it took, between Least and Most, and how long it may take.
type Leg struct {
	// Name is what it leads to: "datapoint" (the first one beyond the threshold,
	// from the change of load), "alarm" (from that datapoint), "order" (from the
	// alarm), and from the order "desired", "running", "healthy", or "drained"
	// and "stopped" on the way in; "latency" (back under its bound, from healthy).
	Name   string      `json:"name"`
	From   time.Time   `json:"from"` // when it begins, or the last look that tells so
	Least  Seconds     `json:"least"`
	Most   Seconds     `json:"most"`
	Budget Seconds     `json:"budget,omitempty"` // zero where it is only told
	Parts  plan.Budget `json:"parts,omitempty"`  // that the budget is added up from
	Tasks  bool        `json:"tasks,omitempty"`  // it is the tasks' own, not the autoscaler's
	// Answer is pass within the budget, fail beyond it; inconclusive where the
	// budget falls into the range, or what was waited for is another's; empty
	// where the leg is only told, and nothing is held against it.
	Answer   Answer  `json:"answer,omitempty"`
	Evidence []int64 `json:"evidence,omitempty"`
}

// Judged says that there is a budget that the leg is held to.
func (l Leg) Judged() bool { return l.Answer != "" }

// Took tells how long it took: "4m34s", or "40s to 50s".
func (l Leg) Took() string {
	if l.Least != l.Most {
		return l.Least.String() + " to " + l.Most.String()
	}
	return l.Least.String()
}

// String tells a leg: "alarm 4m34s of 7m", or "latency 20s" where it is only
// told.
func (l Leg) String() string {
	if !l.Judged() {
		return l.Name + " " + l.Took()
	}
	return fmt.Sprintf("%s %s of %s", l.Name, l.Took(), l.Budget)
}

// Waterfall tells the legs in one line; empty where none was measured.
func (a Action) Waterfall() string {
	var said []string
	for _, l := range a.Legs {
		said = append(said, l.String())
	}
	return strings.Join(said, ", ")
}

// leg measures one: the stretch to somewhere in (after, seen] from a moment.
func leg(name string, from, after, seen time.Time, tasks bool, budget plan.Budget, seqs ...int64) Leg {
	l := Leg{Name: name, From: from.UTC(), Least: Seconds(max(after.Sub(from), 0)), Most: Seconds(max(seen.Sub(from), 0)),
		Budget: Seconds(budget.Total()), Parts: budget, Tasks: tasks, Evidence: seqs}
	switch {
	case l.Most <= l.Budget:
		l.Answer = Pass
	case l.Least > l.Budget && !tasks:
		l.Answer = Fail
	default:
		l.Answer = Inconclusive
	}
	return l
}

// readLegs measures the legs of the actions that a policy's alarm called for.
func (f *facts) readLegs() {
	for i := range f.actions {
		a := &f.actions[i]
		for j := range f.orders {
			if o := &f.orders[j]; o.id == a.Activity && a.seconded && (o.out() || o.in()) {
				a.Legs = append(f.toOrder(*o), f.fromOrder(*o)...)
			}
		}
	}
}

// toOrder are the legs from the metric to the order, where this is the first
// that its alarm called for: those behind it wait for cooldowns, and for tasks.
func (f *facts) toOrder(o order) (legs []Leg) {
	named := f.alarmNamed(o.cause.Alarm, o.at)
	var fired *alarmStep
	for i, s := range f.alarms {
		if s.alarm.Name == o.cause.Alarm && s.transition && s.alarm.State == scaling.AlarmInAlarm && !s.since().After(o.at.Add(beginsSoon)) {
			fired = &f.alarms[i]
		}
	}
	if named == nil || fired == nil || !sane(named.alarm) || len(f.during(fired.since(), o.at, func(order) bool { return true })) > 0 {
		return nil
	}
	al, since := named.alarm, fired.since()
	if run := f.streak(keyOf(o.role), al, since); len(run) >= al.M() {
		whole := plan.Budget{
			{Name: fmt.Sprintf("alarm (%d x %s)", al.M(), short(al.Metric.Period)), For: plan.Shortest(al)},
			{Name: "publication", For: publication}, {Name: "evaluation", For: evaluation}}
		l := leg("alarm", run[0].start, since, since, false, whole, run[0].seq, fired.seq)
		if l.Answer == Fail { // alarms.fire and trigger.answered know better whether it was to fire sooner
			l.Answer = Inconclusive
		}
		legs = append(f.toDatapoint(o, run[0]), l)
	}
	l := leg("order", since, o.at, o.at, false, plan.Budget{{Name: "evaluation", For: evaluation}}, append(o.seqs, fired.seq)...)
	if l.Answer == Fail && !f.free(o, al, since) {
		return legs // it had to wait
	}
	return append(legs, l)
}

// streak are the datapoints beyond an alarm's threshold, without a break, up to
// the newest that was public when it fired.
func (f *facts) streak(key string, a scaling.Alarm, fired time.Time) (run []point) {
	points := f.between(key, fired.Add(-time.Hour), fired)
	for i := len(points) - 1; i >= 0; i-- {
		p := points[i]
		switch {
		case p.period != a.Metric.Period || !p.after.Before(fired):
			continue
		case !a.Breaches(p.value) || len(run) > 0 && !p.end().Equal(run[0].start):
			return run
		}
		run = append([]point{p}, run...)
	}
	return run
}

// free says that nothing held an order back since its alarm fired: no cooldown,
// no bound, no suspension, and its metric asked for it from the first. A scale-in
// waits for others, and is never held to be free.
func (f *facts) free(o order, a scaling.Alarm, since time.Time) bool {
	if !o.out() || f.deploying(since, o.at) || len(f.holes(timeline.PartScaling, since, o.at)) > 0 {
		return false
	}
	cooldown, known := f.cooldown(o.cause.Policy, true)
	held := f.during(f.began, since, func(x order) bool {
		end := later(x.end, x.at.Add(f.readyBudget()))
		return end.Add(cooldown).After(since)
	})
	views, ok := f.views(keyOf(o.role), a, since.Add(-actionLag), since)
	for _, s := range f.counts.at(since) {
		for _, v := range views {
			least, asked := v.least(a, a.Threshold, s.value.Running, time.Time{})
			ok = ok && asked && s.value.Running == s.value.Desired && roundedUp(least) > o.from
		}
	}
	return known && ok && len(held) == 0 && len(views) > 0 && len(f.counts.at(since)) > 0 && !f.rebound(since, o.at)
}

// fromOrder are the legs behind an order, up to the next one.
func (f *facts) fromOrder(o order) (legs []Leg) {
	until := f.horizon
	for _, x := range f.orders {
		if x.at.After(o.at) {
			until = earlier(until, x.at)
		}
	}
	if s, ok := reached(f.counts, o.at, until, func(c timeline.Counts) bool { return c.Desired == o.to }); ok {
		legs = append(legs, leg("desired", o.at, s.after, s.seen, false, plan.Budget{{Name: "order", For: evaluation}}, s.seq))
	}
	if f.deploying(o.at, until) {
		return legs // old and new tasks are not told apart
	}
	if o.in() {
		gone := plan.Budget{{Name: "drain", For: f.plan.Draining}, {Name: "stop", For: evaluation}}
		if s, ok := reached(f.health, o.at, until, func(h timeline.Health) bool { return h.Healthy <= o.to && h.Draining == 0 }); ok {
			legs = append(legs, leg("drained", o.at, s.after, s.seen, true, gone, s.seq))
		}
		if s, ok := reached(f.counts, o.at, until, func(c timeline.Counts) bool { return c.Running <= o.to }); ok {
			legs = append(legs, leg("stopped", o.at, s.after, s.seen, true, gone, s.seq))
		}
		return legs
	}
	start := plan.Budget{{Name: "start", For: f.plan.Start}}
	if s, ok := reached(f.counts, o.at, until, func(c timeline.Counts) bool { return c.Running >= o.to }); ok {
		legs = append(legs, leg("running", o.at, s.after, s.seen, true, start, s.seq))
	}
	if s, ok := reached(f.health, o.at, until, func(h timeline.Health) bool { return h.Healthy >= o.to }); ok {
		legs = append(legs, leg("healthy", o.at, s.after, s.seen, true, start.Then(plan.Part{Name: "health check", For: f.plan.HealthWait}), s.seq))
		legs = append(legs, f.toLatency(s.after, s.seen, until)...)
	}
	return legs
}

// reached is the first value that was seen from `from` on, and came by `until`,
// that is as asked for.
func reached[T any](all steps[T], from, until time.Time, is func(T) bool) (step[T], bool) {
	for _, s := range all {
		if !s.seen.Before(from) && !s.seen.After(until) && is(s.value) {
			return s, true
		}
	}
	return step[T]{}, false
}
