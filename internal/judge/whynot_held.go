package judge

import (
	"fmt"
	"strings"

	"scaleproof/internal/scaling"
)

// What keeps a call from being carried out.

func (f *facts) unregistered(s silence, _ call) []reason {
	for _, c := range f.capacity.at(s.to) {
		if c.value.Target == nil {
			return []reason{{says: "the service was not registered with Application Auto Scaling", next: "register it and its policies", seqs: []int64{c.seq}}}
		}
	}
	return nil
}

// suspendedIn tells the first time in the silence in which the direction was
// suspended.
func (f *facts) suspendedIn(s silence, _ call) []reason {
	for i, c := range f.capacity {
		if c.value.Target == nil || !suspends(c.value.Target.Suspended, s.out) || c.seen.After(s.to) {
			continue
		}
		says := s.direction() + " was suspended on the scalable target from " + f.when(c.seen)
		seqs := []int64{c.seq}
		if i+1 < len(f.capacity) {
			next := f.capacity[i+1]
			if next.seen.Before(s.from) {
				continue
			}
			says += " to " + f.when(next.seen)
			seqs = append(seqs, next.seq)
		}
		return []reason{{says: says, next: "resume it: register the target with nothing suspended", seqs: seqs}}
	}
	return nil
}

func suspends(s scaling.Suspended, out bool) bool { return out && s.ScaleOut || !out && s.ScaleIn }

// blockedByDeployment tells of a deployment, which switches scale-in off. [D]
func (f *facts) blockedByDeployment(s silence, _ call) []reason {
	if s.out {
		return nil
	}
	for _, r := range f.rollouts() {
		if r.since.After(s.to) || !r.over.IsZero() && r.over.Before(s.from) {
			continue
		}
		says := "a deployment went on from " + f.when(r.since) + ", which switches scale-in off"
		next := "see why it does not end"
		if !r.over.IsZero() {
			says = "a deployment went on from " + f.when(r.since) + " to " + f.when(r.over) + ", which switches scale-in off"
			next = "run again without one"
		}
		return []reason{{says: says, next: next}}
	}
	return nil
}

// pinned tells of the bound that no policy goes beyond. [D]
func (f *facts) pinned(s silence, _ call) []reason {
	n, _, known := f.desiredAt(s.to)
	may := f.capacity.at(s.to)
	if !known || len(may) != 1 || may[0].value.Target == nil {
		return nil
	}
	b, seqs := may[0].value.Target.Bounds, []int64{may[0].seq}
	switch {
	case s.out && n >= b.Max:
		return []reason{{says: "the service was at its maximum of " + tasks(b.Max), next: "raise the maximum, or the size of a task", seqs: seqs}}
	case !s.out && n <= b.Min:
		return []reason{{says: "the service was at its minimum of " + tasks(b.Min), seqs: seqs}}
	}
	return nil
}

// powerless tells of alarms that call and cannot act.
func (f *facts) powerless(s silence, c call) (found []reason) {
	for _, p := range c.callers {
		a := f.alarmOf(p.policy, s.out, s.to)
		switch {
		case a == nil:
		case !a.alarm.ActionsEnabled:
			found = append(found, reason{says: fmt.Sprintf("the %s alarm of the %s policy was in ALARM from %s, and its actions are switched off", side(s.out), word(p.policy), f.when(c.from)),
				next: "enable the alarm's actions", seqs: []int64{a.seq}})
		case !actsFor(a.alarm, p.policy):
			found = append(found, reason{says: fmt.Sprintf("the %s alarm of the %s policy was in ALARM from %s, and the policy is not among its actions", side(s.out), word(p.policy), f.when(c.from)),
				next: "put the policy again, which makes its alarms anew", seqs: []int64{a.seq}})
		}
	}
	if s.out && len(found) < len(c.callers) {
		return nil // another one could act
	}
	return found
}

func side(high bool) string {
	if high {
		return "high"
	}
	return "low"
}

// unheeded tells why a call that nothing stood in the way of was not carried
// out: what it asks for is desired already, a cooldown ran, it was young; or
// nobody knows, and then the autoscaler did not do what it should.
func (f *facts) unheeded(s silence, c call) []reason {
	if r, ok := f.askedAlready(s, c); ok {
		return []reason{r}
	}
	if r, ok := f.coolingDown(s, c); ok {
		return []reason{r}
	}
	who := alarmsWere(s.out, c.callers)
	if young := s.to.Sub(c.from); young < evaluation {
		slow := ""
		if s.from.Before(c.from) {
			slow = "compare its history with when the datapoints were published, to see what was slow"
		}
		return []reason{{says: fmt.Sprintf("%s in ALARM only since %s, and its action follows within a minute", who, f.when(c.from)), next: slow}}
	}
	says := fmt.Sprintf("%s in ALARM from %s", who, f.when(c.from))
	if c.to.Before(s.to) {
		says += " to " + f.when(c.to)
	}
	return []reason{{says: says + ", and nothing came of it: no activity, no reason for not scaling, no cooldown that explains it",
		next: "look at the alarm's history for its action, and at the scaling activities with --include-not-scaled-activities"}}
}

// alarmsWere names the high or the low alarms of policies, up to their verb.
func alarmsWere(high bool, policies []policyStep) string {
	if len(policies) == 1 {
		return "the " + side(high) + " alarm of the " + word(policies[0].policy) + " policy was"
	}
	return "the " + side(high) + " alarms of the policies " + strings.Join(words(policies), " and ") + " were"
}

// askedAlready says that what a scale-out's metric asks for is desired already,
// so that nothing was to be added.
func (f *facts) askedAlready(s silence, c call) (r reason, ok bool) {
	if !s.out {
		return r, false
	}
	n, _, known := f.desiredAt(s.to)
	most := 0
	for _, p := range c.callers {
		k := f.asked(order{at: s.to, role: scaling.Role(p.policy.Metric)}, func(_, want int) int { return want })
		if !k.ok {
			return r, false
		}
		most = max(most, k.hi)
	}
	if !known || len(c.callers) == 0 || most > n {
		return r, false
	}
	return reason{says: fmt.Sprintf("the metric of %s asked for %s at most, and as many were desired already", strings.Join(words(c.callers), " and "), tasks(most)), next: "see how long those tasks take to start"}, true
}

// coolingDown says that the cooldown of the callers' last order in the same
// direction ran until the call or the silence was over, or nearly: the alarm
// repeats its call once a minute. [D]
func (f *facts) coolingDown(s silence, c call) (r reason, ok bool) {
	end := earlier(s.to, c.to)
	for _, o := range f.orders {
		if o.at.After(end) || o.out() != s.out || o.cause.Kind != scaling.CauseAlarm {
			continue
		}
		long, known := f.cooldown(o.cause.Policy, s.out)
		done, about := o.end, ""
		if done.IsZero() {
			done, about = o.at, " at least"
		}
		until := done.Add(long)
		if !known || until.Add(evaluation).Before(end) || until.Before(c.from) {
			r, ok = reason{}, false
			continue
		}
		next := "give it that long, or shorten the cooldown"
		if took := done.Sub(o.at); o.out() && took > f.readyBudget() {
			next = fmt.Sprintf("that order took %s to complete, and the cooldown counts from there: see in the service's events why its tasks took so long", short(took))
		}
		r, ok = reason{says: fmt.Sprintf("the %s cooldown of %s behind the %s ran%s until %s", s.direction(), short(long), f.describe(o), about, f.when(until)), next: next, seqs: o.seqs}, true
	}
	return r, ok
}
