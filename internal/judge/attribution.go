package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// moved is a change of the desired count that is to be put down to somebody.
type moved struct {
	order       *order    // the activity that tells of it; nil: none does
	after, at   time.Time // it lies in (after, at]; with an activity both are its start
	from, to    int
	high, sided bool // it went out (else in); false, false: not known which
	seqs        []int64
}

// The slack in which two services of AWS tell of one thing: an alarm acts once
// a minute while it is in ALARM [D], and what it calls takes moments to begin.
const (
	actsWithin = time.Minute
	beginsSoon = 5 * time.Second
)

// readActions puts every change of the desired count down to somebody.
func (f *facts) readActions() {
	for i := range f.orders {
		o := &f.orders[i]
		if o.at.Before(f.began) {
			continue // of a run, or a life, before
		}
		m := moved{order: o, after: o.at, at: o.at, from: o.from, to: o.to, high: o.out(), sided: o.out() || o.in(), seqs: slices.Clone(o.seqs)}
		if !m.sided && o.cause.Kind == scaling.CauseAlarm {
			if a := f.alarmNamed(o.cause.Alarm, o.at); a != nil {
				m.high, m.sided = a.alarm.High(), true
			}
		}
		a := f.whose(m)
		if a.Contradiction == "" && f.ineffective(*o) {
			a.Contradiction = fmt.Sprintf("The activity set the desired count to %d, but no look at the service saw it there.", o.to)
		}
		f.actions = append(f.actions, a)
	}
	for _, i := range f.strays() {
		c, before := f.counts[i], f.counts[i-1]
		f.actions = append(f.actions, f.whose(moved{after: c.after, at: c.seen, from: before.value.Desired, to: c.value.Desired,
			high: c.value.Desired > before.value.Desired, sided: true, seqs: []int64{before.seq, c.seq}}))
	}
	slices.SortStableFunc(f.actions, func(a, b Action) int { return a.At.Compare(b.At) })
}

// strays are the places, among the counts, of changes of the desired count that
// no activity tells of. The activity may be told of a moment before the count
// moves; and behind the look that saw it, where the clock that stamps it is
// ahead of the look's.
func (f *facts) strays() (found []int) {
	for i, c := range f.counts {
		if i == 0 || c.value.Desired == f.counts[i-1].value.Desired {
			continue
		}
		if !slices.ContainsFunc(f.orders, func(o order) bool {
			return o.to == c.value.Desired && o.at.After(c.after.Add(-time.Minute)) && o.at.Before(c.seen.Add(timeline.Offset))
		}) {
			found = append(found, i)
		}
	}
	return found
}

// ineffective says that the desired count, which was looked at all along, was not
// seen where an order set it, and nothing else was ordered meanwhile.
func (f *facts) ineffective(o order) bool {
	until := o.at.Add(time.Minute)
	if !o.out() && !o.in() || !f.inTraffic(Action{At: o.at}) || until.After(f.horizon) || len(f.holes(timeline.PartService, o.at, until)) > 0 {
		return false
	}
	return len(f.during(o.at.Add(-time.Minute), until, func(x order) bool { return x.id != o.id })) == 0 &&
		!slices.ContainsFunc(f.counts, func(c step[timeline.Counts]) bool {
			return c.value.Desired == o.to && c.after.Before(until) && c.seen.After(o.at.Add(-time.Minute))
		})
}

// actionOf is the action that an order is.
func (f *facts) actionOf(o order) Action {
	for _, a := range f.actions {
		if a.Activity == o.id && a.At.Equal(o.at) {
			return a
		}
	}
	return Action{Kind: ByUnknown, Confidence: Unsure, From: o.from, To: o.to, At: o.at}
}

// whose puts a change down to somebody.
func (f *facts) whose(m moved) Action {
	a := Action{At: m.at, When: f.when(m.at), From: m.from, To: m.to, Evidence: m.seqs, Kind: ByUnknown, Confidence: Unsure}
	switch {
	case m.from < 0:
	case m.to > m.from:
		a.Direction = "out"
	case m.to < m.from:
		a.Direction = "in"
	}
	if m.order == nil {
		a.NotBefore = m.after
	} else {
		a.Activity = m.order.id
	}
	a.Wants = f.wanted(m.at)
	heard := f.testify(m)
	switch {
	case m.order == nil:
		f.withoutActivity(&a, m, heard)
	case m.order.cause.Kind == scaling.CauseAlarm:
		f.byWord(&a, m, heard)
	case m.order.cause.Kind == scaling.CauseUnknown:
		f.withoutWord(&a, m, heard)
	default:
		f.byBounds(&a, m)
	}
	if a.Kind == ByPolicy && a.Role == "" {
		a.Role = f.roleOf(a.Name)
	}
	a.Evidence = evidence(a.Evidence)
	return a
}

// byWord holds the policy that the activity names against what its alarm and
// its metric say.
func (f *facts) byWord(a *Action, m moved, heard []testimony) {
	word := m.order.cause.Policy
	i := slices.IndexFunc(heard, func(t testimony) bool { return t.policy.Name == word })
	if doubt := f.misnamed(m, i); doubt != "" {
		a.May = append([]string{word}, policyNames(capable(heard, word))...)
		a.Because, a.Contradiction = "the activity names what cannot be", "The activity names "+word+", but "+doubt+"."
		return
	}
	t := heard[i]
	a.Evidence = append(a.Evidence, t.seqs...)
	others := capable(heard, word)
	switch {
	case t.alarm == denies:
		a.Contradiction = fmt.Sprintf("The activity names %s, but that policy's alarm was in %s", word, t.state)
		f.byOthers(a, word, others)
		return
	case t.metric == denies:
		a.Contradiction = fmt.Sprintf("The activity names %s, but no datapoint of that policy's metric asked for it.", word)
	case m.high && t.size == denies && slices.ContainsFunc(others, func(o testimony) bool { return o.agree() && o.size == agrees }):
		a.Contradiction = fmt.Sprintf("The activity names %s, but that policy's metric asked for fewer tasks, and the one of %s for as many.", word, others[0].policy.Name)
		a.May, a.Because = append([]string{word}, policyNames(others)...), "two policies may have asked for it"
		return
	}
	a.Kind, a.Name, a.Role, a.Because = ByPolicy, word, t.role, "the activity names "+word
	switch {
	case t.agree():
		a.Confidence, a.seconded = Certain, true
		a.Because += ", whose alarm was in ALARM and whose metric asked for it"
	case t.alarm == agrees:
		a.Confidence, a.seconded = Likely, true
		a.Because += ", whose alarm was in ALARM"
	case t.metric == agrees:
		a.Confidence = Likely
		a.Because += ", whose metric asked for it; the state of its alarm was not seen"
	default:
		a.Because += " and nothing else was seen"
	}
}

// misnamed says why an activity cannot mean the policy that it names; i is its
// place among those that stood.
func (f *facts) misnamed(m moved, i int) string {
	word := m.order.cause
	named := f.alarmNamed(word.Alarm, m.at)
	switch {
	case named == nil:
		return "the alarm it names was never seen"
	case named.policy != "" && named.policy != word.Policy:
		return "the alarm it names belongs to " + named.policy
	case m.sided && named.alarm.High() != m.high:
		return "the alarm it names asks for the opposite"
	case i < 0:
		return "no such policy was seen on the service"
	}
	return ""
}

// byOthers is for an activity that names a policy whose alarm was not in ALARM.
// Where the alarm and the metric of one other asked for the change, and those of
// no third may have, that proves the word untrue.
func (f *facts) byOthers(a *Action, word string, others []testimony) {
	if len(others) != 1 || !others[0].agree() {
		a.May = append([]string{word}, policyNames(others)...)
		a.Because = "the witnesses contradict each other"
		a.Contradiction += "."
		return
	}
	t := others[0]
	a.Kind, a.Name, a.Role, a.Confidence, a.untrue = ByPolicy, t.policy.Name, t.role, Likely, true
	a.Because = "only the alarm of " + a.Name + " was in ALARM, and its metric asked for it"
	a.Contradiction += ", and the one of " + a.Name + " in ALARM."
	a.Evidence = append(a.Evidence, t.seqs...)
}

// capable are the policies that nothing rules out, but for one.
func capable(heard []testimony, but string) (able []testimony) {
	for _, t := range heard {
		if t.policy.Name != but && t.possible() && t.size != denies {
			able = append(able, t)
		}
	}
	return able
}

func policyNames(list []testimony) (names []string) {
	for _, t := range list {
		names = append(names, t.policy.Name)
	}
	return names
}

// withoutWord is for an activity whose cause says nothing: what the alarms and
// the metrics alone make of it, and the bounds.
func (f *facts) withoutWord(a *Action, m moved, heard []testimony) {
	able := capable(heard, "")
	if s := f.scheduledBy(m.at); s != nil && (len(able) == 0 || f.boundsMoved(m) != 0) {
		a.Kind, a.Name, a.Confidence = ByScheduled, s.name, Likely
		a.Because = "a scheduled action set the bounds at that moment"
		a.Evidence = append(a.Evidence, s.seq)
		return
	}
	switch bounds := f.boundsMoved(m); {
	case bounds != 0 && len(able) == 0:
		a.Kind, a.Confidence, a.Because = ByBounds, Likely, "the bounds were changed about then, and to that count"
		a.Evidence = append(a.Evidence, bounds)
	case bounds != 0:
		a.May = policyNames(able)
		a.Because = "the bounds were changed about then, and a policy may have asked for it too"
	default:
		f.byAlarms(a, able)
	}
}

// byAlarms decides between the policies that nothing rules out. To scale in all
// with scale-in enabled must agree, so it is all of theirs. [D]
func (f *facts) byAlarms(a *Action, able []testimony) {
	sure := slices.DeleteFunc(slices.Clone(able), func(t testimony) bool { return !t.agree() })
	a.May = policyNames(able)
	for _, t := range able {
		a.Evidence = append(a.Evidence, t.seqs...)
	}
	switch {
	case len(able) == 0:
		a.Because = "no policy's alarm and metric asked for it, as far as they were seen"
	case len(sure) == 1 && len(able) == 1:
		t := sure[0]
		a.Kind, a.Name, a.Role, a.Confidence, a.May = ByPolicy, t.policy.Name, t.role, Likely, nil
		a.Because = "only the alarm of " + a.Name + " was in ALARM, and its metric asked for it"
	case len(sure) == len(able) && !slices.ContainsFunc(able, func(t testimony) bool { return !t.votes }):
		a.Kind, a.Confidence = ByPolicy, Likely
		a.Because = "the low alarms of " + strings.Join(a.May, " and ") + " were all in ALARM, and must be for a scale-in"
	default:
		a.Because = "more than one policy may have asked for it: " + strings.Join(a.May, ", ")
	}
}

// byBounds is for an activity that says that somebody, or a schedule, moved the
// bounds.
func (f *facts) byBounds(a *Action, m moved) {
	word := m.order.cause
	seq := f.boundsMoved(m)
	a.Kind, a.Confidence, a.Because = ByBounds, Likely, "the activity names a change of the bounds, which nobody saw"
	if seq != 0 {
		a.Confidence, a.Because = Certain, "the activity names a change of the bounds, and they were seen to be so"
		a.Evidence = append(a.Evidence, seq)
	}
	switch s := f.scheduledBy(m.at); {
	case word.Kind == scaling.CauseScheduled:
		a.Kind, a.Name = ByScheduled, word.Action
	case s != nil:
		a.Kind, a.Name = ByScheduled, s.name
		a.Evidence = append(a.Evidence, s.seq)
	case f.ownChange(m) != 0:
		a.Kind, a.Confidence, a.Because = ByRun, Certain, "the run itself set the bounds at that moment"
		a.Evidence = append(a.Evidence, f.ownChange(m))
		return
	}
	if a.Kind == ByScheduled {
		a.Because = "the scheduled action " + a.Name + " moved the bounds at that moment"
		if seq == 0 {
			a.Because += ", though nobody saw them so"
		}
	}
	if word.Kind == scaling.CauseBounds && word.Value != m.to {
		a.Confidence = Unsure
		a.Contradiction = fmt.Sprintf("The activity says that the %s was set to %d, and set the desired count to %d.", word.Bound, word.Value, m.to)
	}
}

// withoutActivity is for a change that no activity tells of. A policy is held to
// have made it only where nobody read the activities, and then only a scale-out,
// at a moment at which its alarm acts and to a count that it asked for: low
// alarms stand in ALARM for hours, so that whoever takes a task away by hand
// does what they ask for too.
func (f *facts) withoutActivity(a *Action, m moved, heard []testimony) {
	if own := f.ownChange(m); own != 0 {
		a.Kind, a.Confidence, a.Because = ByRun, Certain, "the run itself made a change between the two looks"
		a.Evidence = append(a.Evidence, own)
		return
	}
	read := len(f.holes(timeline.PartActivities, m.after, m.at)) == 0 && !f.lastLook(timeline.PartActivities).Before(m.at)
	able := capable(heard, "")
	nobody := !slices.ContainsFunc(heard, testimony.possible)
	bounds := f.boundsMoved(m)
	deployed, rolled := f.rolledOut(m)
	a.May = policyNames(able)
	switch {
	case bounds != 0:
		a.Because = "the bounds were changed about then, and a policy may have asked for it too"
		if len(able) == 0 && !rolled {
			a.Kind, a.Confidence, a.Because = ByBounds, Likely, "the bounds were changed about then, and to that count"
		}
		a.Evidence = append(a.Evidence, bounds)
	case rolled && nobody:
		a.Kind, a.Confidence = ByDeployment, Likely
		a.Because = "a deployment began about then, no alarm asked for the change, and no scaling activity tells of it"
		a.Evidence = append(a.Evidence, deployed)
	case rolled:
		a.Because = "a deployment began about then, and a policy may have asked for the change too"
	case nobody && read:
		a.Kind, a.Confidence = ByPerson, Likely
		a.Because = "no scaling activity tells of it, though they were read, and no alarm asked for it"
	case read:
		a.Because = "an alarm asked for such a change, but no scaling activity tells of it, though they were read"
		if len(able) > 0 {
			a.Contradiction = "Policy " + strings.Join(a.May, " or ") + " may have asked for it, but no scaling activity tells of it."
		}
	case m.high && slices.ContainsFunc(able, func(t testimony) bool { return t.size == agrees && f.acted(t.name, m) }):
		f.byAlarms(a, able)
		a.Because = "the scaling activities were not read, but " + a.Because
	default:
		a.Because = "the scaling activities were not read, and it is not what an alarm asked for at that moment"
	}
}
