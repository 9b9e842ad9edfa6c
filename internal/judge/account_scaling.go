package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// tellMetrics tells where a policy's metric goes above its high alarm's
// threshold, and CPU near its limit where no policy watches it.
func (f *facts) tellMetrics(say func(time.Time, string, ...int64)) {
	if f.from.IsZero() || f.loadOnly {
		return
	}
	for _, role := range []string{"cpu", "requests"} {
		for _, a := range f.liveAlarms(role, true, f.from) {
			f.tellAbove(keyOf(role), a.alarm, "", say)
		}
	}
	if _, watched := f.watcher("cpu", later(f.from, f.atStart())); !watched {
		limit := scaling.Alarm{Threshold: saturated, Comparison: scaling.GreaterThan, EvaluationPeriods: 3}
		f.tellAbove(timeline.KeyCPU, limit, ", and no policy watches it", say)
	}
}

// tellAbove tells where a metric goes above a threshold and stays there for as
// many datapoints as an alarm on it looks at.
func (f *facts) tellAbove(key string, a scaling.Alarm, behind string, say func(time.Time, string, ...int64)) {
	points := f.begun(key, f.from, f.to)
	for i := 0; i < len(points); i++ {
		var values []string
		for j := i; j < len(points) && a.Breaches(points[j].value); j++ {
			values = append(values, number(points[j].value))
		}
		if len(values) == 0 {
			continue
		}
		first := points[i]
		i += len(values) - 1
		n := min(len(values), a.EvaluationPeriods)
		if n < a.M() {
			continue // it calls nobody
		}
		say(first.start, fmt.Sprintf("%s goes above %s and stays there for %s (%s at first, published by %s)%s.", upper(noun(key)), amount(key, a.Threshold),
			plural(len(values), "datapoint", "datapoints"), strings.Join(values[:n], ", "), clockOf(points[i-len(values)+n].seen), behind), first.seq)
	}
}

// tellAlarms tells the alarms' changes of state while the run watched.
func (f *facts) tellAlarms(say func(time.Time, string, ...int64)) {
	for _, a := range f.alarms {
		if !a.transition || !a.since().Before(f.horizon) || a.alarm.State == "" {
			continue
		}
		role := f.roleOf(a.policy)
		who := "the " + role + " policy"
		if role != "cpu" && role != "requests" {
			who = "policy " + a.policy
		}
		says := fmt.Sprintf("The %s alarm of %s goes into %s", side(a.alarm.High()), who, a.alarm.State)
		if a.alarm.State == scaling.AlarmInAlarm {
			says += fmt.Sprintf(" (%d of %d datapoints of %s %s %s)", a.alarm.M(), a.alarm.EvaluationPeriods, short(a.alarm.Metric.Period),
				map[bool]string{true: "above", false: "below"}[a.alarm.High()], number(a.alarm.Threshold))
		}
		say(a.since(), says+".", a.seq)
	}
}

// tellActions tells each change of the desired count, whose it was and what
// the policies wanted.
func (f *facts) tellActions(say func(time.Time, string, ...int64)) {
	for _, a := range f.actions {
		what := "The desired count changes"
		if a.Direction != "" {
			what = "Scale-" + a.Direction
		}
		from := "?"
		if a.From >= 0 {
			from = fmt.Sprint(a.From)
		}
		says := fmt.Sprintf("%s %s -> %d by %s (%s)", what, from, a.To, a.By(), a.Confidence)
		if a.Kind == ByPolicy && a.Confidence == Certain {
			says = fmt.Sprintf("%s %s -> %d by %s", what, from, a.To, a.By())
		} else if a.Because != "" {
			says += ": " + a.Because
		}
		if a.Contradiction != "" {
			says += "; but " + a.Contradiction
		}
		var wants []string
		for _, w := range a.Wants {
			if w.Known {
				wants = append(wants, w.Role+" asked for "+known{lo: w.Least, hi: w.Most}.String())
			}
		}
		if len(wants) > 0 {
			says += "; by their metrics " + strings.Join(wants, ", ")
		}
		says += "."
		if legs := a.Waterfall(); legs != "" {
			says += " How long it took, of what is allowed: " + legs + "."
		}
		say(a.At, says, a.Evidence...)
	}
}

// tellTasks tells when all tasks that are desired run and are healthy, and when
// some that ran are gone without an order.
func (f *facts) tellTasks(say func(time.Time, string, ...int64)) {
	for i, c := range f.counts {
		if i == 0 || c.seen.After(f.horizon) {
			continue
		}
		before := f.counts[i-1].value
		switch now := c.value; {
		case now.Running == before.Running:
		case now.Running < before.Running && now.Running < now.Desired:
			say(c.seen, fmt.Sprintf("Only %d of %s run: a task stopped that nobody ordered away.", now.Running, tasks(now.Desired)), c.seq)
		case now.Running >= now.Desired:
			say(c.seen, plural(now.Running, "task runs", "tasks run")+".", c.seq)
		}
	}
	for i, h := range f.health {
		if i == 0 || h.seen.After(f.horizon) {
			continue
		}
		before := f.health[i-1].value
		switch now := h.value; {
		case now.Unhealthy > before.Unhealthy:
			say(h.seen, fmt.Sprintf("%s unhealthy, %d healthy.", plural(now.Unhealthy, "target is", "targets are"), now.Healthy), h.seq)
		case now.Healthy > before.Healthy:
			say(h.seen, fmt.Sprintf("%s healthy.", plural(now.Healthy, "target is", "targets are")), h.seq)
		}
	}
}

// tellRefusals tells AWS's own reasons for not scaling.
func (f *facts) tellRefusals(say func(time.Time, string, ...int64)) {
	for _, r := range f.refusals {
		if r.at.After(f.horizon) {
			continue
		}
		says, _ := r.words()
		say(r.at, "AWS "+says+".", r.seq)
	}
}

// tellSurroundings tells what others did: deployments, bounds, suspensions,
// policies.
func (f *facts) tellSurroundings(say func(time.Time, string, ...int64)) {
	if f.from.IsZero() {
		return
	}
	for _, r := range f.rollouts() {
		if r.since.After(f.horizon) || !r.over.IsZero() && r.over.Before(f.from) {
			continue
		}
		say(r.since, "A deployment begins, and scale-in is switched off until it ends.")
		if !r.over.IsZero() && !r.over.After(f.horizon) {
			say(r.over, "The deployment ends.")
		}
	}
	for i, c := range f.capacity {
		if i == 0 || c.seen.Before(f.from) || c.seen.After(f.horizon) || sameTarget(f.capacity[i-1].value.Target, c.value.Target) {
			continue
		}
		if t := c.value.Target; t == nil {
			say(c.seen, "The service is no longer registered with Application Auto Scaling.", c.seq)
		} else {
			say(c.seen, fmt.Sprintf("The registration is now %d..%d tasks%s.", t.Bounds.Min, t.Bounds.Max, suspended(t.Suspended)), c.seq)
		}
	}
	for i, p := range f.policies {
		if p.seen.Before(f.from) || p.seen.After(f.horizon) {
			continue
		}
		earlier := slices.ContainsFunc(f.policies[:i], func(q policyStep) bool { return q.policy.Name == p.policy.Name })
		switch {
		case p.removed:
			say(p.seen, "Policy "+p.policy.Name+" is gone.", p.seq)
		case earlier:
			say(p.seen, "Policy "+p.policy.Name+" is seen changed.", p.seq)
		}
	}
}

// tellHoles tells when nobody looked.
func (f *facts) tellHoles(say func(time.Time, string, ...int64)) {
	if f.from.IsZero() || f.loadOnly {
		return
	}
	for _, part := range parts {
		for _, h := range f.holes(part, f.from, f.to) {
			says := fmt.Sprintf("Nobody looks at the %s for %s", partNames[part], short(h.to.Sub(h.from)))
			for _, g := range f.gaps {
				if g.part == part && !g.at.Before(h.from) && !g.at.After(h.to) {
					says += ": " + g.error
					break
				}
			}
			say(later(h.from, f.from), says+".", h.seqs...)
		}
	}
}

var partNames = map[string]string{
	timeline.PartService: "service", timeline.PartTargets: "targets", timeline.PartScaling: "policies and bounds",
	timeline.PartAlarms: "alarms", timeline.PartActivities: "scaling activities", timeline.PartMetrics: "metrics",
}

// clockOf writes a time of day.
func clockOf(t time.Time) string { return t.UTC().Format("15:04:05Z") }
